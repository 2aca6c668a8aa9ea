import proto from 'sparkplug-payload/lib/sparkplugPayloadProto.js'

/*
 * The generated reader is used directly: `decodePayload` of the package gives no value at all where the datatype is only
 * in the birth (as the specification wants it), and a negative one for a UInt32 of 2^31 or more.
 */
const { Payload } = proto.org.eclipse.tahu.protobuf

/** Datatypes of Sparkplug B 3.0 that are numbers. */
const datatype = {
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  uint8: 5,
  uint16: 6,
  uint32: 7,
  uint64: 8,
  float: 9,
  double: 10
}

export interface Metric {
  name: string | null
  /** In data often the only thing that says which metric it is. */
  alias: number | null
  /** Epoch ms. */
  timestamp: number | null
  /** null where only the birth says it. */
  datatype: number | null
  isHistorical: boolean
  isNull: boolean
  /** As it lay in the message: what it means depends on the datatype. null: no number. */
  wire: Wire | null
}

/** The same bits without and with a sign. */
type Wire = { integer: number; signed: number } | { real: number }

export interface SparkplugPayload {
  timestamp: number | null
  /** 0…255, one sequence for an edge node and all its devices; null in a death certificate. */
  seq: number | null
  metrics: Metric[]
}

/** A payload of Sparkplug B, or in words why it is none. Never throws. */
export function readPayload(bytes: Buffer): SparkplugPayload | { reason: string } {
  try {
    const message = Payload.decode(bytes)
    return {
      timestamp: present(message, 'timestamp') ? toNumber(message.timestamp) : null,
      seq: present(message, 'seq') ? toNumber(message.seq) : null,
      metrics: message.metrics.map(readMetric)
    }
  } catch (error) {
    return { reason: `payload is not Sparkplug B: ${(error as Error).message.slice(0, 200)}` }
  }
}

type ProtoMetric = InstanceType<typeof Payload>['metrics'][number]

function readMetric(metric: ProtoMetric): Metric {
  return {
    name: present(metric, 'name') ? (metric.name ?? null) : null,
    alias: present(metric, 'alias') ? toNumber(metric.alias) : null,
    timestamp: present(metric, 'timestamp') ? toNumber(metric.timestamp) : null,
    datatype: present(metric, 'datatype') ? (metric.datatype ?? null) : null,
    isHistorical: metric.isHistorical === true,
    isNull: metric.isNull === true,
    wire: readWire(metric)
  }
}

function readWire(metric: ProtoMetric): Wire | null {
  if (present(metric, 'intValue')) {
    const integer = metric.intValue ?? NaN
    return { integer, signed: integer | 0 }
  }
  if (present(metric, 'longValue'))
    return { integer: toNumber(metric.longValue), signed: toSigned(metric.longValue) }
  if (present(metric, 'floatValue')) return { real: shortest(metric.floatValue ?? NaN) }
  return present(metric, 'doubleValue') ? { real: metric.doubleValue ?? NaN } : null
}

/** Whether the message says it: what it does not say shows as a default of the prototype. */
function present(message: object, member: string): boolean {
  return Object.hasOwn(message, member)
}

/** Of 64 bits; beyond 2^53 the nearest. */
function toNumber(value: number | { toNumber(): number } | null | undefined): number {
  if (value === null || value === undefined) return NaN
  return typeof value === 'number' ? value : value.toNumber()
}

/** The 64 bits as two's complement: from the halves, for near 2^64 a double no longer tells -1 from -100. */
function toSigned(value: number | { low: number; high: number } | null | undefined): number {
  if (value === null || value === undefined) return NaN
  return typeof value === 'number' ? value : value.high * 2 ** 32 + (value.low >>> 0)
}

/** 0.1 sent as a single is meant as 0.1 and not as 0.10000000149011612. */
function shortest(single: number): number {
  if (!Number.isFinite(single)) return single
  for (let digits = 6; digits < 9; digits++) {
    const value = Number(single.toPrecision(digits))
    if (Math.fround(value) === single) return value
  }
  return single
}

/** The number of a metric whose datatype is known; null where the two do not fit together. */
export function numberOf(wire: Wire | null, type: number): number | null {
  if (wire === null) return null
  if ('real' in wire) return type === datatype.float || type === datatype.double ? wire.real : null
  switch (type) {
    // Negative integers are sent as two's complement, by some in 8 or 16 bits and by others in 32 or 64.
    case datatype.int8:
      return (wire.signed << 24) >> 24
    case datatype.int16:
      return (wire.signed << 16) >> 16
    case datatype.int32:
      return wire.signed | 0
    case datatype.int64:
      return wire.signed
    default:
      return type >= datatype.uint8 && type <= datatype.uint64 ? wire.integer : null
  }
}

/** Whether a metric of this type can be a member of a reading. */
export function isNumeric(type: number): boolean {
  return type >= datatype.int8 && type <= datatype.double
}
