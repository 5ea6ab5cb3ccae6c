#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/error.h"

namespace dwell {

/// `bytes` as one gzip member, level 6. The same bytes give the same result: no time stamp, no name. Made for
/// columns of numbers: matches of a few digits are not looked for (2 to 3 % of a report).
std::string gzipPack(std::string_view bytes);

/// What `packed` inflates to; stops as soon as it would be more than `cap` bytes.
/// Errors: no gzip, damaged, cut short, bytes behind the end, more than `cap`.
Expected<std::string> gzipUnpack(std::string_view packed, std::size_t cap);

}  // namespace dwell
