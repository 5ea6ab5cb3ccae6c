#pragma once

#include <array>
#include <string>
#include <string_view>

namespace dwell {

/// SHA-256 of `bytes`, 64 hexadecimal digits.
std::string sha256Hex(std::string_view bytes);

/// What a keyed hash can't be made or checked without.
using HashKey = std::array<unsigned char, 32>;
HashKey newHashKey();

/// BLAKE2b of `bytes` with `key`, 128 bits: 32 hexadecimal digits.
std::string keyedHashHex(std::string_view bytes, const HashKey& key);

/// A random UUID (version 4) from the system's generator.
std::string newUuid();

}  // namespace dwell
