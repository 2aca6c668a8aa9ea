/** A topic of Sparkplug B, taken apart: `spBv1.0/<group>/<type>/<node>[/<device>]`. */
export interface SparkplugTopic {
  group: string
  node: string
  /** null: the edge node itself. */
  device: string | null
  /** null: a command or a state, which is not for us. */
  type: 'BIRTH' | 'DATA' | 'DEATH' | null
}

/** null where it is not Sparkplug B or of none of the groups. */
export function readSparkplugTopic(topic: string, groups: readonly string[]): SparkplugTopic | null {
  const [namespace, group = '', type = '', node = '', device, ...rest] = topic.split('/')
  if (namespace !== 'spBv1.0') return null
  const other = { group, node, device: null, type: null }
  if (group === 'STATE') return other
  if (!(groups.includes(group) || groups.includes('+')) || rest.length > 0) return null
  const ofDevice = type.startsWith('D') && device !== undefined
  const ofNode = type.startsWith('N') && device === undefined
  if (!(ofDevice || ofNode) || node === '' || device === '') return null
  switch (type.slice(1)) {
    case 'BIRTH':
    case 'DATA':
    case 'DEATH':
      return { group, node, device: device ?? null, type: type.slice(1) as 'BIRTH' | 'DATA' | 'DEATH' }
    case 'CMD':
      return other
    default:
      return null
  }
}
