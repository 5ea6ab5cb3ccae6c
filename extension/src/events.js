/**
 * The events of Dwell's one vocabulary that the assistant sends (schemas/event.schema.json), as types.
 * In a message an event carries `time_ms`, the browser's wall time in whole milliseconds since 1970, in the
 * place of a trace's `t`: the agent maps it to its own clock. Tabs and windows are the browser's integers.
 *
 * @typedef {{type: 'browser_connected', product: string, version: string, protocol: number,
 *   extension_version: string, profile: string}} BrowserConnected
 * @typedef {{type: 'window_focus', window: number | null}} WindowFocus
 * @typedef {'link' | 'context_menu' | 'external' | 'restored' | 'unknown'} HowOpened
 * @typedef {{type: 'tab_opened', tab: number, window: number, opener: number | null, how: HowOpened}} TabOpened
 * @typedef {{type: 'tab_activated', tab: number, window: number}} TabActivated
 * @typedef {{type: 'tab_closed', tab: number}} TabClosed
 * @typedef {{type: 'navigation', tab: number, window: number, url: string, requested_url?: string,
 *   transition: string, qualifiers: string[], same_document?: boolean, error?: boolean}} Navigation
 * @typedef {{type: 'page_focus', tab: number, focused: boolean}} PageFocus
 * @typedef {{type: 'page_visibility', tab: number, visible: boolean}} PageVisibility
 * @typedef {{type: 'media', tab: number, audible: boolean}} Media
 * @typedef {{type: 'scroll_depth', tab: number, percent: number}} ScrollDepth
 * @typedef {{type: 'form', tab: number, fields: number, characters: number, autofilled: number}} Form
 * @typedef {{type: 'login_form', tab: number}} LoginForm
 * @typedef {{type: 'login_submitted', tab: number}} LoginSubmitted
 * @typedef {{type: 'password_focus', tab: number, focused: boolean}} PasswordFocus
 * @typedef {Record<string, number | boolean | string | null>} Features  at most 64, texts of at most 200 characters
 * @typedef {{url: string, features?: Features}} Link
 * @typedef {{type: 'links', tab: number, links: Link[]}} Links
 * @typedef {{type: 'link_pressed', tab: number, url: string, index?: number | null, hover_ms?: number}} LinkPressed
 * @typedef {{rank: number, url: string, kind?: string, features?: Features}} Result
 * @typedef {{type: 'serp', tab: number, engine: string, query: string, results: Result[],
 *   recognised?: boolean}} Serp
 * @typedef {{type: 'serp_seen', tab: number, ranks: number[]}} SerpSeen
 * @typedef {{type: 'page_label', tab: number, label: string}} PageLabel
 * @typedef {{type: 'page_vitals', tab: number, lcp_ms?: number, inp_ms?: number, cls?: number}} PageVitals
 * @typedef {'character' | 'deletion' | 'cursor' | 'list' | 'accept' | 'tab' | 'escape' | 'paste' | 'find' |
 *   'shortcut' | 'modifier' | 'function' | 'other'} KeyClass
 * @typedef {{type: 'input', tab: number, kind: 'mouse_move' | 'mouse_down' | 'mouse_up' | 'key' | 'scroll' | 'touch',
 *   count?: number, key_class?: KeyClass, distance_px?: number, synthetic?: boolean}} PageInput
 *
 * @typedef {BrowserConnected | WindowFocus | TabOpened | TabActivated | TabClosed | Navigation | PageFocus |
 *   PageVisibility | Media | ScrollDepth | Form | LoginForm | LoginSubmitted | PasswordFocus | Links | LinkPressed |
 *   Serp | SerpSeen | PageLabel | PageVitals | PageInput} Happening  What happened, before it has a time and a browser.
 * @typedef {Happening & {time_ms: number, browser: string}} Event
 *
 * One native message. `seq` counts the messages since `born`, when the worker that sent it first was started: the
 * agent leaves out one that it has already, acknowledges those that it has, and a gap is a loss. 0: what is true
 * only now, when a connection begins: who the browser is (`session`: when the first worker of this run of the
 * browser began; `dropped`: events given up since the last connection, because the agent was away too long), and
 * then what is there (`tabs`: all of them, so that others are gone), and at last, after what happened meanwhile, that
 * all of the past is told (`caught_up`).
 * @typedef {{v: 1, born: number, seq: number, sent_ms: number, events: Event[], session?: number, dropped?: number,
 *   tabs?: number[], caught_up?: true}} Envelope
 *
 * What a content script tells the worker: an event without its tab.
 * @typedef {Omit<PageFocus, 'tab'> | Omit<PageVisibility, 'tab'> | Omit<ScrollDepth, 'tab'> | Omit<Form, 'tab'> |
 *   Omit<LoginForm, 'tab'> | Omit<LoginSubmitted, 'tab'> | Omit<PasswordFocus, 'tab'> | Omit<Links, 'tab'> |
 *   Omit<LinkPressed, 'tab'> | Omit<Serp, 'tab'> | Omit<SerpSeen, 'tab'> | Omit<PageLabel, 'tab'> |
 *   Omit<PageVitals, 'tab'> | Omit<PageInput, 'tab'>} PageHappening
 * @typedef {PageHappening & {time_ms: number}} PageMessage
 *
 * Takes what happened at a moment (ms since 1970, may have a fraction) on its way to the agent.
 * @typedef {(time: number, happening: Happening) => void} Emit
 */
export {};
