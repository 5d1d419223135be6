// Installed beside the bench by `npm run bench`, and by nothing else; what uses them is checked without their types.
declare module 'botbuilder-dialogs'
declare module 'xstate'
declare module 'express'
declare module 'cld'
