#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"

namespace dwell::monitor {

/// A value of a view's column.
using ViewValue = std::variant<std::monostate, std::int64_t, double, std::string>;

/// The views of a store as they are, column by column, for exports: one row after the other, whatever their
/// number. All of an object's reading is of one moment. Threads: one. Errors: throws SQLite::Exception when
/// the file is broken.
class ViewRows {
 public:
  static Expected<ViewRows> open(const std::filesystem::path& file);
  ~ViewRows();
  ViewRows(ViewRows&&) noexcept;
  ViewRows& operator=(ViewRows&&) noexcept;

  /// Of a view, or "view WHERE … ORDER BY …".
  std::vector<std::string> columns(const std::string& view) const;
  void each(const std::string& view, const std::function<void(const std::vector<ViewValue>&)>& take) const;

 private:
  struct State;
  explicit ViewRows(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dwell::monitor
