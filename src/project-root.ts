import { fileURLToPath } from 'node:url'

/** The folder that holds dialogs/ and locales/. */
export const projectRoot = fileURLToPath(new URL('..', import.meta.url))
