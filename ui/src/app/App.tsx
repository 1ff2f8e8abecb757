// Everything around the pages: words, theme, questions, address.
import { QueryClientProvider } from "@tanstack/react-query";
import { App as AntApp, ConfigProvider } from "antd";
import en from "antd/locale/en_US";
import zh from "antd/locale/zh_CN";
import { NuqsAdapter } from "nuqs/adapters/react-router/v7";
import { Suspense, useEffect, useState, type ComponentType, type ReactNode } from "react";
import { BrowserRouter, Route, Routes } from "react-router";
import { newClient } from "../api/client";
import { boot } from "./boot";
import { Frame } from "./frame";
import { PAGES } from "./menu";
import { Nowhere, Opening } from "./nowhere";
import { Themed } from "./theme";
import { look, useEverywhere } from "./view";
import { Speaking } from "./words";

/** One set of answers for each day, branch and language: what was asked for one is never shown for another. */
function Asking({ children }: { children: ReactNode }) {
  const [view] = useEverywhere();
  const { on, branch, lang } = view;
  look(view);
  const [clients] = useState(() => new Map<string, ReturnType<typeof newClient>>());
  const key = [on, branch, lang].join("|");
  const client = clients.get(key) ?? newClient();
  clients.set(key, client);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

/** A page is drawn anew for another day, branch or language: its questions keep the set of answers they began with. */
function Anew({ page: Page, stays = false }: { page: ComponentType; stays?: boolean | undefined }) {
  const [{ on, branch, lang }] = useEverywhere();
  return <Page key={stays ? lang : [on, branch, lang].join("|")} />;
}

function Spoken({ children }: { children: (lang: "zh" | "en") => ReactNode }) {
  const [{ lang }] = useEverywhere();
  useEffect(() => {
    document.documentElement.lang = lang;
  }, [lang]);
  return <Speaking lang={lang}>{children(lang)}</Speaking>;
}

export function App() {
  return (
    <BrowserRouter basename="/desk">
      <NuqsAdapter>
        <Spoken>
          {(lang) => (
            <Themed>
              {(theme) => (
                <ConfigProvider
                  locale={lang === "zh" ? zh : en}
                  theme={theme}
                  csp={{ nonce: boot.nonce }}
                  button={{ autoInsertSpace: false }}
                >
                  <AntApp>
                    <Asking>
                      <Frame>
                        <Suspense fallback={<Opening />}>
                          <Routes>
                            {PAGES.map(({ path, Page, stays }) => (
                              <Route key={path} path={path} element={<Anew page={Page} stays={stays} />} />
                            ))}
                            <Route path="*" element={<Nowhere />} />
                          </Routes>
                        </Suspense>
                      </Frame>
                    </Asking>
                  </AntApp>
                </ConfigProvider>
              )}
            </Themed>
          )}
        </Spoken>
      </NuqsAdapter>
    </BrowserRouter>
  );
}
