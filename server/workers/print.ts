/**
 * A thread that lays out one document and ends: its letters and its tree of pieces take tens of megabytes and up to
 * seconds, which nobody else should pay for.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { printPdf } from '../recognition/print/print.ts'
import type { PrintedDocument } from '../recognition/report/document.ts'

const bytes = await printPdf(workerData as PrintedDocument)
parentPort?.postMessage(bytes)
