/** What a participant may say to a notice. */
export const answerWords = ['acknowledge', 'accept', 'decline', 'opt-out'] as const

/** Why a participant declines or opts out; anything else is said in its own words and counts as `other`. */
export const answerReasons = [
  'production',
  'safety',
  'equipment',
  'maintenance',
  'staff',
  'order-deadline',
  'already-reduced',
  'economic',
  'other'
] as const
