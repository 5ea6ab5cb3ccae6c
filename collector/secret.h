#pragma once

#include <array>
#include <string>
#include <string_view>

/// Digests, and names and secrets that cannot be guessed.
namespace dwell::collector {

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view bytes);
std::string hex(const Digest& digest);

/// A UUID of version 4.
std::string newUuid();

/// 256 bits as 64 digits of hex: what a client shows with each report.
std::string newToken();

/// 100 bits for people to type: "7KQ2D-…", four groups of five out of 32 letters and digits.
std::string newEnrolmentCode();

/// As newEnrolmentCode() wrote it: lower case, missing dashes and letters mistaken for digits (O, I, L) are
/// put right.
std::string normalEnrolmentCode(std::string_view typed);

}  // namespace dwell::collector
