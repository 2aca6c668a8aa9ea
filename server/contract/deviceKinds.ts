/** Who publishes or follows over MQTT. Without its schema, which the ingest thread does not need. */
export const deviceKinds = ['meter', 'transformer', 'weather', 'concentrator', 'customer', 'service'] as const
export type DeviceKind = (typeof deviceKinds)[number]
