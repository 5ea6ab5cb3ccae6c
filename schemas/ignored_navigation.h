#pragma once

#include <string_view>

#include "base/url.h"
#include "schemas/event.h"

namespace dwell::schemas {

/// Whether no rule sees a navigation (docs/measurement.md, section 8): it stays in the document, at the same
/// URL, or goes to about:blank in a tab that has had no navigation. `page`: the URL of the tab's page, empty
/// without one. `navigated`: the tab has had a navigation that was not ignored.
inline bool isIgnored(const Navigation& navigation, std::string_view page, bool navigated) {
  if (navigation.sameDocument && !page.empty() && url::sameUrl(page, navigation.url)) return true;
  return !navigated && url::withoutFragment(navigation.url) == "about:blank";
}

}  // namespace dwell::schemas
