/** What a participant may say to a notice. */
export const answerWords = ['acknowledge', 'accept', 'decline', 'opt-out'] as const
