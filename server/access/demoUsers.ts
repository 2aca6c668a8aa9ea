import type { Role, User } from '../contract/access.ts'
import type { NewUser } from '../contract/accounts.ts'
import type { DemoUser, DemoUsersAnswer } from '../contract/login.ts'
import type { PasswordHashing } from './passwordHashing.ts'

/** Shown to everyone on the login page; it opens nothing but the demo. */
export const DEMO_PASSWORD = 'look-around-gridload'

/** Whose the demo's company and customer are, once they are registered. */
export interface DemoPlaces {
  companyId: string | null
  customerId: string | null
}

export interface DemoUserRecords {
  byUserName(userName: string): Promise<User | null>
  insert(user: NewUser): Promise<boolean>
  update(id: string, change: { companyId?: string | null; customerId?: string | null }): Promise<User | null>
}

export interface DemoUsers {
  /** Makes those that are missing. The ones bound to a company or a customer come when `places` knows it. */
  make(places: DemoPlaces, now: number): Promise<void>
  answer(): Promise<DemoUsersAnswer>
}

interface Template {
  userName: string
  name: string
  role: Role
  of?: keyof DemoPlaces
}

const templates: readonly Template[] = [
  { userName: 'dispatcher', name: 'Đào Văn Điều', role: 'dispatcher' },
  { userName: 'supervisor', name: 'Lê Thị Giám', role: 'supervisor' },
  { userName: 'staff', name: 'Vũ Thị Chương', role: 'programme-staff' },
  { userName: 'engineer', name: 'Bùi Văn Thiết', role: 'engineer' },
  { userName: 'auditor', name: 'Đỗ Thị Kiểm', role: 'auditor' },
  { userName: 'admin', name: 'Ngô Văn Quản', role: 'administrator' },
  { userName: 'company-dispatcher', name: 'Hà Văn Khu', role: 'dispatcher', of: 'companyId' },
  { userName: 'customer', name: 'Phan Thị Khách', role: 'customer', of: 'customerId' }
]

export function createDemoUsers(users: DemoUserRecords, hashing: PasswordHashing): DemoUsers {
  async function makeOne(template: Template, places: DemoPlaces, now: number): Promise<void> {
    const { userName, name, role, of } = template
    if (of !== undefined && places[of] === null) return
    const place = { companyId: null, customerId: null, ...(of && { [of]: places[of] }) }
    const known = await users.byUserName(userName)
    if (known !== null) {
      const isElsewhere = known.companyId !== place.companyId || known.customerId !== place.customerId
      if (known.isDemo && isElsewhere) await users.update(known.id, place)
      return
    }
    const passwordHash = await hashing.hash(DEMO_PASSWORD)
    if (passwordHash === 'busy') return
    await users.insert({
      id: `usr-demo-${userName}`,
      ...{ userName, name, roles: [role], ...place, passwordHash },
      ...{ issuer: null, subject: null, isDemo: true, createdAt: now }
    })
  }

  return {
    async make(places, now) {
      for (const template of templates) await makeOne(template, places, now)
    },
    async answer() {
      const found = await Promise.all(templates.map(({ userName }) => users.byUserName(userName)))
      const shown = found.filter(user => user?.isDemo === true && user.disabledAt === null) as User[]
      return { password: DEMO_PASSWORD, users: shown.map(demoUser) }
    }
  }
}

const demoUser = ({ userName, name, roles, companyId, customerId }: User): DemoUser => ({
  ...{ userName, name, roles, companyId, customerId }
})
