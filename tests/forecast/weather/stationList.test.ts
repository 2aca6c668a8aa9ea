import { expect, it } from 'vitest'
import { readStationFile, readStationList } from '../../../server/forecast/weather/stationList.ts'

const hanoi = { id: 'W-HN', latitude: 21.03, longitude: 105.85 }
const south = { id: 'W_2', latitude: -33, longitude: -70.5 }

it('a few stations stand in the setting itself', () => {
  expect(readStationList(' W-HN:21.03:105.85, W_2:-33:-70.5 ,')).toEqual({
    stations: [hanoi, south],
    mistakes: []
  })
  expect(readStationList('')).toEqual({ stations: [], mistakes: [] })
})

it('every mistake names its entry', () => {
  const { stations, mistakes } = readStationList('W-HN:21.03:105.85,W 2:91:200,W3:1,W-HN:1:1,W4:1e1:')
  expect(stations).toEqual([hanoi])
  expect(mistakes).toEqual([
    'entry 2 "W 2:91:200": id "W 2" must be 1 to 64 letters A–Z a–z, digits, _ or -',
    'entry 2 "W 2:91:200": latitude "91" must be from -90 to 90',
    'entry 2 "W 2:91:200": longitude "200" must be from -180 to 180',
    'entry 3 "W3:1": must be id, latitude, longitude',
    'entry 4 "W-HN:1:1": id W-HN stands already in entry 1 "W-HN:21.03:105.85"',
    'entry 5 "W4:1e1:": latitude "1e1" must be from -90 to 90',
    'entry 5 "W4:1e1:": longitude "" must be from -180 to 180'
  ])
})

it('hundreds stand in a file', () => {
  const text = '\uFEFFid, latitude, longitude\r\n# the north\r\nW-HN,21.03,105.85\r\n\r\nW_2, -33, -70.5\r\n'
  expect(readStationFile(text)).toEqual({ stations: [hanoi, south], mistakes: [] })
  expect(readStationFile('id,latitude,longitude\nW-HN,21.03,105.85\nW_2,north,1\n').mistakes).toEqual([
    'line 3: latitude "north" must be from -90 to 90'
  ])
  expect(readStationFile('W-HN,21.03,105.85\n').mistakes).toEqual([
    'line 1: the first line must be id,latitude,longitude'
  ])
  expect(readStationFile('').mistakes).toHaveLength(1)
})
