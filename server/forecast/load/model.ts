/**
 * The load forecast of one node. How to use it:
 *
 *     const load = regularSeries(times, kw)              // epoch ms of interval starts; gaps and nulls allowed
 *     const temperature = regularSeries(times, tempC)    // its own step; several sites: meanOfSites([...])
 *     let model: LoadModel | undefined
 *     for (each local midnight `origin` of the test span) {
 *       model = fitLoad({ load, temperature, calendar, knownUntil: origin }, model)   // a full refit, in the same memory
 *       if (model.basis === 'none') … model.reason …
 *       const ahead = forecastLoad(model, { load, temperature, origin, until: nextMidnight })
 *     }
 *
 * The second argument of `fitLoad` hands over the room of a model that is no longer needed, of this node or of
 * another: a worker that fits a thousand nodes one after the other holds one room (some 6 MB). Refit monthly: call
 * `fitLoad` at the first midnight of a month and `forecastLoad` at each; the days since are taken in exactly.
 * Intraday: `forecastLoad` with any origin after the fit.
 *
 * The model, in the order of the files: a Gaussian process over days (covariance.ts: calendar, temperature with recency
 * and saturation, season, nearness), its sizes chosen by out-of-sample error (choose.ts); forward substitution gives
 * every past day's forecast from the days before it (sequence.ts); the errors known at midnight correct the day
 * (correction.ts), those of today the hours ahead (newest.ts); bands and the peak's probability come from the
 * out-of-sample errors (errors.ts, spread.ts).
 */

export { fitLoad, type LoadModel } from './fit.ts'
export { forecastLoad } from './forecast.ts'
