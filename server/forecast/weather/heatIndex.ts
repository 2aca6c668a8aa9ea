const toF = (celsius: number): number => celsius * 1.8 + 32
const toC = (fahrenheit: number): number => (fahrenheit - 32) / 1.8

/**
 * How hot it feels in the shade, °C; null without a humidity from 0 to 100 %. Below about 27 °C a simple formula, above it
 * the regression of Rothfusz with its adjustments for very dry and very humid air.
 * Source: US National Weather Service, "The Heat Index Equation", wpc.ncep.noaa.gov/html/heatindex_equation.shtml, after
 * L. P. Rothfusz, technical attachment SR 90-23, 1990. It is made for up to some 50 °C and is not bounded here.
 */
export function heatIndexC(temperatureC: number | null, humidityPct: number | null): number | null {
  if (temperatureC === null || humidityPct === null) return null
  if (!Number.isFinite(temperatureC) || !(humidityPct >= 0 && humidityPct <= 100)) return null
  const t = toF(temperatureC)
  const simple = 0.5 * (t + 61 + (t - 68) * 1.2 + humidityPct * 0.094)
  const mean = (simple + t) / 2
  return toC(mean < 80 ? mean : rothfusz(t, humidityPct) + adjustment(t, humidityPct))
}

function rothfusz(t: number, rh: number): number {
  return (
    -42.379 +
    2.04901523 * t +
    10.14333127 * rh -
    0.22475541 * t * rh -
    0.00683783 * t * t -
    0.05481717 * rh * rh +
    0.00122874 * t * t * rh +
    0.00085282 * t * rh * rh -
    0.00000199 * t * t * rh * rh
  )
}

function adjustment(t: number, rh: number): number {
  if (rh < 13 && t >= 80 && t <= 112) return -((13 - rh) / 4) * Math.sqrt((17 - Math.abs(t - 95)) / 17)
  if (rh > 85 && t >= 80 && t <= 87) return ((rh - 85) / 10) * ((87 - t) / 5)
  return 0
}
