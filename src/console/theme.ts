import { createTheme, type MantineColorsTuple } from '@mantine/core'

/** One calm teal; urgency never relies on a colour alone. */
const bridge: MantineColorsTuple = [
  '#e7f6f4',
  '#cfe9e5',
  '#a3d3cc',
  '#73bcb2',
  '#4ba99d',
  '#329c8f',
  '#1f958a',
  '#0e8177',
  '#00736a',
  '#00635b',
]

export const theme = createTheme({
  primaryColor: 'bridge',
  colors: { bridge },
  primaryShade: { light: 8, dark: 6 },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontSizes: { xs: '14px', sm: '15px', md: '16px', lg: '18px', xl: '22px' },
})

/** Dark between seven in the evening and seven in the morning, where the reader is. */
export const schemeAt = (hour: number): 'dark' | 'light' => (hour >= 19 || hour < 7 ? 'dark' : 'light')
