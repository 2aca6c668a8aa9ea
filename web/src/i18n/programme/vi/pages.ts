import type { ProgrammeKind } from '../../../../../server/contract/programmes.ts'
import type { ProgrammePage } from '../../../routes.ts'

export const pages = {
  title: 'Chương trình',
  tabs: {
    programmes: 'Chương trình',
    enrolments: 'Hợp đồng tham gia',
    thanks: 'Cảm ơn',
    rewards: 'Dịch vụ tri ân',
    season: 'Báo cáo mùa'
  } satisfies Record<ProgrammePage, string>,
  kinds: {
    voluntary: 'tự nguyện, phi thương mại',
    planned: 'theo kế hoạch, có thưởng',
    emergency: 'khẩn cấp',
    'firm-service-level': 'mức phụ tải cam kết'
  } satisfies Record<ProgrammeKind, string>
}
