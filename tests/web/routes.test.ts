import { describe, expect, test } from 'vitest'
import { href, parseRoute, placeOf } from '../../web/src/routes.ts'

const noWish = { targetKw: null, start: null, minutes: null }

describe('addresses', () => {
  test.each([
    [href.overview, { view: 'overview' }],
    ['', { view: 'overview' }],
    [href.events, { view: 'events' }],
    [href.customers, { view: 'customers' }],
    [href.findings, { view: 'findings' }],
    [href.data, { view: 'data' }],
    [href.node('E01'), { view: 'node', id: 'E01' }],
    [href.event('CE-20261122-001'), { view: 'event', id: 'CE-20261122-001' }],
    [href.customer('C_1'), { view: 'customer', id: 'C_1' }],
    [href.source('meter', 'M1'), { view: 'source', kind: 'meter', id: 'M1', span: null }],
    [
      href.source('meter', 'M1', { from: 1000, to: 2000 }),
      { view: 'source', kind: 'meter', id: 'M1', span: { from: 1000, to: 2000 } }
    ],
    ['#/source/meter/M1?from=2000&to=1000', { view: 'source', kind: 'meter', id: 'M1', span: null }],
    [href.newEvent('E01', 'F2'), { view: 'newEvent', node: 'E01', finding: 'F2', wish: noWish }],
    [href.newEvent('E01'), { view: 'newEvent', node: 'E01', finding: null, wish: noWish }],
    [
      href.newEvent('E01', 'F2', { targetKw: 900, start: 1_779_348_600_000, minutes: 90 }),
      {
        ...{ view: 'newEvent', node: 'E01', finding: 'F2' },
        wish: { targetKw: 900, start: 1_779_348_600_000, minutes: 90 }
      }
    ],
    ['#/new-event?node=E01&kw=-5&start=soon', { view: 'newEvent', node: 'E01', finding: null, wish: noWish }],
    [href.account, { view: 'account' }],
    [href.admin('audit'), { view: 'audit' }],
    ['#/setup/a-b_c', { view: 'oneTime', purpose: 'setup', token: 'a-b_c' }],
    ['#/reset/a', { view: 'oneTime', purpose: 'reset', token: 'a' }],
    ['#/login?refused=disabled', { view: 'login', refused: 'disabled' }],
    ['#/login', { view: 'login', refused: null }],
    ['#/new-event', { view: 'newEvent', node: null, finding: null, wish: noWish }]
  ])('%s', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route)
  })
  test.each([
    '#/nowhere',
    '#/admin',
    '#/admin/keys',
    '#/setup',
    '#/constructor',
    '#/node/a/b',
    '#/source/other/M1',
    '#/source/meter',
    '#/events/extra',
    '#/source/meter/a/b'
  ])('%s is no page', hash => {
    expect(parseRoute(hash)).toEqual({ view: 'unknown' })
  })
  test('a stray % does not break the page', () => {
    expect(parseRoute('#/node/%')).toEqual({ view: 'node', id: '%' })
  })
})

test.each([
  ['heat-peak-ahead', 'nodeForecast', '#/forecast/E%2F1'],
  ['transformer-limit', 'transformer', '#/transformer/E%2F1'],
  ['transformer-cooling', 'transformer', '#/transformer/E%2F1'],
  ['oil-sensor', 'transformer', '#/transformer/E%2F1'],
  ['heat-peak', 'node', '#/node/E%2F1']
] as const)('a finding of kind %s leads to the page that says most of it', (kind, view, at) => {
  expect(placeOf({ kind, nodeId: 'E/1' })).toEqual({ view, at })
})
