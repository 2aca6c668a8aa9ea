import type { Role, User } from '../contract/access.ts'

/** Who sends orders to factories, or hands out rights, shows more than a password. */
export const withSecondFactor: readonly Role[] = ['supervisor', 'administrator']

export const hasFactor = ({ hasTotp, passkeys }: User): boolean => hasTotp || passkeys > 0

/** A second factor is obligatory for one of its roles. Demo users show their password to everyone anyway. */
export const mustHaveFactor = ({ roles, isDemo }: User): boolean =>
  !isDemo && roles.some(role => withSecondFactor.includes(role))

/** It has to set one up before anything else. */
export const needsFactor = (user: User): boolean => mustHaveFactor(user) && !hasFactor(user)

/** Demo users exist only while the demo runs, whatever the data folder still holds. */
export const mayLogIn = (user: User, isDemo: boolean): boolean =>
  user.disabledAt === null && user.erasedAt === null && (isDemo || !user.isDemo)
