/**
 * Starts the peers in a page, each as its documentation says, with the settings that the page carries in
 * window.peerSettings; their classic scripts (snowplowBrowserTracking, TimeMe) are loaded before this one.
 * What a tool leaves to the site's own code is here: telling of a single-page application's routes, and
 * sending TimeMe's times, which has no transport over HTTP.
 */
import { init as startPlausible } from '/peers/plausible.js';
import posthog from '/peers/posthog.js';

const { plausible, timeme, posthog: posthogSettings, ...others } = window.peerSettings;
const snowplows = Object.entries(others);
const { newTracker, enableActivityTracking, trackPageView } = window.snowplowBrowserTracking;
const load = `${performance.timeOrigin} ${Math.random()}`; // names this load of the page

startPlausible({ ...plausible, endpoint: '/sink/plausible' });

posthog.init('phc_accuracy', { ...posthogSettings, api_host: `${location.origin}/sink/posthog` });

for (const [name, { tracker, activity }] of snowplows) {
  newTracker(name, location.origin, tracker);
  enableActivityTracking(activity, [name]);
}
trackPageView();

const { TimeMe } = window;
TimeMe.initialize({ ...timeme, currentPageName: location.pathname });
function sendTimes() {
  const pages = TimeMe.getTimeOnAllPagesInSeconds();
  navigator.sendBeacon('/sink/timeme', JSON.stringify({ load, pages }));
}
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') sendTimes();
});
window.addEventListener('pagehide', sendTimes);

function routeChanged() {
  TimeMe.stopTimer();
  TimeMe.setCurrentPageName(location.pathname);
  TimeMe.startTimer();
  trackPageView();
}
document.querySelectorAll('[data-route]').forEach((link) =>
  link.addEventListener('click', (event) => {
    event.preventDefault();
    history.pushState({}, '', link.href);
    document.title = link.textContent;
    routeChanged();
  }),
);
window.addEventListener('popstate', routeChanged);
