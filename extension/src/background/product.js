/**
 * The browser's name and full version, from the brands it gives itself: "Chromium" is in every list, beside
 * a made-up one and perhaps the maker's own.
 * @typedef {{brand: string, version: string}} Brand
 */

/** @returns {Promise<{product: string, version: string}>} */
export async function product() {
  // Not in TypeScript's library yet.
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
