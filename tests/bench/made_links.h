#pragma once

#include <cstdint>
#include <string>

#include "schemas/event.h"

namespace dwell::tests {

/// The links of a page as a census gives them: a site's own header and footer (30 links, the same on all its
/// pages), and the page's content, log-normal with a median of 40 links, together at most 300. All features
/// that the extension tells are there. `version`: a page that changed has other content in the same place.
/// The same arguments give the same links.
schemas::LinkTable madeLinks(const std::string& url, std::uint64_t version);

}  // namespace dwell::tests
