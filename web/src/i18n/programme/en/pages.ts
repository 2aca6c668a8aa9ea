import type { ProgrammeWords } from '../vi.ts'

export const pages: ProgrammeWords['pages'] = {
  title: 'Programme',
  tabs: {
    programmes: 'Programmes',
    enrolments: 'Contracts',
    thanks: 'Thanks',
    rewards: 'Service rewards',
    season: 'Season report'
  },
  kinds: {
    voluntary: 'voluntary, unpaid',
    planned: 'planned, with reward',
    emergency: 'emergency',
    'firm-service-level': 'firm service level'
  }
}
