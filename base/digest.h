#pragma once

#include <string>
#include <string_view>

namespace dwell {

/// SHA-256 of `bytes`, 64 hexadecimal digits.
std::string sha256Hex(std::string_view bytes);

/// A random UUID (version 4) from the system's generator.
std::string newUuid();

}  // namespace dwell
