/**
 * The browser's name and full version. Chromium's come from the brands it gives itself: "Chromium" is in every
 * list, beside a made-up one and perhaps the maker's own. Firefox says it in its own words.
 * @typedef {{brand: string, version: string}} Brand
 */

/** @returns {Promise<{product: string, version: string}>} */
export async function product() {
  // Firefox's runtime.getBrowserInfo and Chromium's userAgentData are not in the libraries of types.
  const { getBrowserInfo } = /** @type {any} */ (chrome.runtime);
  if (getBrowserInfo) {
    const { name, version } = await getBrowserInfo();
    return { product: name, version };
  }
  const data = /** @type {any} */ (navigator).userAgentData;
  const { fullVersionList } = await data.getHighEntropyValues(['fullVersionList']);
  return ownBrand(fullVersionList);
}

/** @param {Brand[]} brands */
export function ownBrand(brands) {
  const real = brands.filter(({ brand }) => !/not.*brand/i.test(brand));
  const own = real.find(({ brand }) => brand !== 'Chromium') ?? real[0];
  return { product: own?.brand ?? 'unknown', version: own?.version ?? '' };
}
