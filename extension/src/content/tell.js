/**
 * Shared by the content scripts, which the browser runs one after the other in a world of their own that
 * the page cannot reach: how to tell the worker something, and when. Only the person's doing counts:
 * events that the page made (isTrusted false) are not looked at.
 */

/** Between pagehide and pageshow the page is leaving: its blur and its being hidden are no news. */
let leaving = false;

addEventListener('pagehide', (event) => {
  if (event.isTrusted) leaving = true;
}, true);
addEventListener('pageshow', (event) => {
  if (event.isTrusted) leaving = false;
}, true);

/** Run ahead of the person, who may never see it. */
function prerendered() {
  // Not in TypeScript's library yet.
  return /** @type {any} */ (document).prerendering === true;
}

/** Also while the page shows what is in them. */
const PASSWORDS = 'input:is([type=password], [autocomplete~=current-password], [autocomplete~=new-password])';

function isPassword(/** @type {Element} */ field) {
  return field.matches(PASSWORDS);
}

/** The element that the event is about, in whatever shadow tree it is; null: none. @param {globalThis.Event} event */
function innermost(event) {
  const { target } = event;
  const inner = target instanceof Element && target.shadowRoot ? event.composedPath()[0] : target;
  return inner instanceof Element ? inner : null;
}

/** Wall time of a page's event, in ms. The clock of events stops while the machine sleeps, so only its age counts. */
function wallTime(/** @type {globalThis.Event} */ event) {
  return Date.now() - (performance.now() - event.timeStamp);
}

/** @param {number} time_ms @param {import('../events.js').PageHappening} happening */
function tell(time_ms, happening) {
  send({ time_ms, ...happening });
}

/** One message or a list of them: each message costs the page a tenth of a millisecond. @param {unknown} said */
function send(said) {
  // An updated or removed extension leaves its content scripts behind, without a worker.
  if (chrome.runtime?.id) chrome.runtime.sendMessage(said).catch(() => {});
}
