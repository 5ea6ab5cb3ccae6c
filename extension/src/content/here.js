/**
 * The page says that it is there, until the worker has noted it: a worker that is killed takes with it whatever the
 * browser had just handed to it, which may be all that the browser tells of a page.
 */
{
  const MOST_TRIES = 8;
  const FIRST_PAUSE_MS = 20;

  const say = async (/** @type {number} */ here) => {
    // An updated or removed extension leaves its content scripts behind, without a worker.
    for (let tries = 0; tries < MOST_TRIES && chrome.runtime?.id; tries++) {
      const noted = await chrome.runtime.sendMessage({ here }).catch(() => false);
      if (noted === true) return;
      await new Promise((resolve) => setTimeout(resolve, FIRST_PAUSE_MS * 2 ** tries));
    }
  };

  if (!prerendered()) void say(Date.now());
  onVisit((time, how) => {
    // Of an address that the page itself changed the browser tells with the page still there.
    if (how !== 'changed') void say(time);
  });
}
