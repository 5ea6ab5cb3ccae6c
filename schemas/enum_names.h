#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace dwell::schemas {

/// A table of an enum's values with their names in JSON. At most a few tens of rows: searched from the front.
template <class Enum, std::size_t kSize>
using EnumNames = std::array<std::pair<Enum, std::string_view>, kSize>;

template <class Enum, std::size_t kSize>
constexpr std::string_view nameOf(const EnumNames<Enum, kSize>& names, Enum value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return {};
}

template <class Enum, std::size_t kSize>
constexpr std::optional<Enum> valueOf(const EnumNames<Enum, kSize>& names, std::string_view name) {
  for (const auto& [value, candidate] : names) {
    if (candidate == name) return value;
  }
  return std::nullopt;
}

}  // namespace dwell::schemas
