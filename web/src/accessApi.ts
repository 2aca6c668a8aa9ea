import type {
  Account,
  ChangePassword,
  ConfirmTotp,
  DemoUsersAnswer,
  FactorAnswer,
  LoginAnswer,
  LoginCommand,
  PasskeyOptions,
  PasskeyPurpose,
  ResetAnswer,
  ResetCommand,
  SessionAnswer,
  SessionsAnswer,
  SetupCommand,
  StepUpCommand,
  TotpOffer
} from '../../server/contract/login.ts'
import { get, id, post, prove, remove } from './requests.ts'

/** The routes of logging in and of one's own account. */
export const accessApi = {
  session: () => get<SessionAnswer>('/auth/session'),
  logOut: () => post<unknown>('/auth/logout'),
  demoUsers: (signal: AbortSignal) => get<DemoUsersAnswer>('/auth/demo-users', signal),
  logIn: (body: LoginCommand) => prove<LoginAnswer>('/auth/login', body),
  code: (code: string) => prove<LoginAnswer>('/auth/totp', { code }),
  passkeyOptions: (purpose: PasskeyPurpose) => prove<PasskeyOptions>('/auth/passkey/options', { purpose }),
  passkey: (response: unknown) => prove<LoginAnswer>('/auth/passkey/verify', { response }),
  stepUp: (body: StepUpCommand) => prove<LoginAnswer>('/auth/step-up', body),
  setUp: (body: SetupCommand) => prove<LoginAnswer>('/auth/setup', body),
  reset: (body: ResetCommand) => prove<ResetAnswer>('/auth/reset', body),

  account: (signal: AbortSignal) => get<Account>('/account', signal),
  changePassword: (body: ChangePassword) => post<LoginAnswer>('/account/password', body),
  offerTotp: () => post<TotpOffer>('/account/totp'),
  confirmTotp: (body: ConfirmTotp) => post<FactorAnswer>('/account/totp/confirm', body),
  removeTotp: () => remove<LoginAnswer>('/account/totp'),
  newPasskeyOptions: () => post<PasskeyOptions>('/account/passkeys/options'),
  addPasskey: (name: string, response: unknown) =>
    post<FactorAnswer>('/account/passkeys', { name, response }),
  removePasskey: (passkey: string) => remove<LoginAnswer>(`/account/passkeys/${id(passkey)}`),
  newRecoveryCodes: () => post<FactorAnswer>('/account/recovery-codes'),
  sessions: (signal: AbortSignal) => get<SessionsAnswer>('/account/sessions', signal),
  endSession: (session: string) => remove<unknown>(`/account/sessions/${id(session)}`),
  endOtherSessions: () => remove<unknown>('/account/sessions')
}

/** Where the utility's own directory logs people in; the browser goes there and comes back. */
export const DIRECTORY_START = '/api/auth/oidc/start'
export const DIRECTORY_STEP_UP = '/api/auth/oidc/start?purpose=step-up'
