#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <string>

/// The table agent_state: numbers of the agent's own.
namespace dwell::monitor {

inline constexpr const char* kLastFlush = "last_flush_ms";
inline constexpr const char* kRunning = "running";     ///< 1 until the writer stops in order
inline constexpr const char* kChecked = "checked_ms";  ///< last_flush_ms when the file was last found whole

std::int64_t stateValue(const SQLite::Database& database, const std::string& key, std::int64_t otherwise);
void writeStateValue(const SQLite::Database& database, const std::string& key, std::int64_t value);

}  // namespace dwell::monitor
