import { fileURLToPath } from 'node:url'

/** A4, in points. */
export const paper = { width: 595.28, height: 841.89, left: 54, right: 54, top: 50, bottom: 66 } as const
export const contentWidth = paper.width - paper.left - paper.right

/** Dark enough on white to be read by everybody: 4.5 to 1 and more, lines and areas 3 to 1 where they carry meaning. */
export const colours = {
  ink: '#1b2430',
  second: '#4c5866',
  third: '#5f6b79',
  line: '#c4c9d0',
  inset: '#f1f3f5',
  load: '#2f4b6e',
  baseline: '#75689c',
  delivered: '#b7cdbd',
  deliveredEdge: '#4f7a5e',
  alarm: '#c3122f',
  alarmWash: '#f6dfe3'
} as const

const font = (file: string) =>
  fileURLToPath(import.meta.resolve(`@expo-google-fonts/be-vietnam-pro/${file}.ttf`))

/** The files of the typeface. */
export const fontFiles = () => ({
  text: font('400Regular/BeVietnamPro_400Regular'),
  strong: font('600SemiBold/BeVietnamPro_600SemiBold')
})
export type FontName = keyof ReturnType<typeof fontFiles>
