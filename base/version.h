#pragma once

namespace dwell {

/// The version of all programs: project() in the root CMakeLists.txt says it.
inline constexpr const char* kVersion = DWELL_VERSION;

}  // namespace dwell
