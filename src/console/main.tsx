import '@mantine/core/styles.css'
import './look.css'
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { StrictMode, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { SimulatedPhonesPage } from './simulated/page.tsx'
import { schemeAt, theme } from './theme.ts'
import { wordsIn } from './words.ts'

const queries = new QueryClient({ defaultOptions: { queries: { retry: true, retryDelay: 1500 } } })

/** The page's security policy lets in only styles that carry the nonce of this answer. */
const styleNonce = () => document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? ''

function App() {
  const [language, setLanguage] = useState(navigator.language.startsWith('es') ? 'es' : 'en')
  const [scheme, setScheme] = useState(schemeAt(new Date().getHours()))
  const say = useMemo(() => wordsIn(language), [language])
  document.documentElement.lang = language
  return (
    <MantineProvider theme={theme} forceColorScheme={scheme} getStyleNonce={styleNonce}>
      <QueryClientProvider client={queries}>
        <SimulatedPhonesPage
          say={say}
          language={language}
          onLanguage={setLanguage}
          scheme={scheme}
          onScheme={setScheme}
        />
      </QueryClientProvider>
    </MantineProvider>
  )
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
