#pragma once

#include <string_view>

#include "base/settings.h"

namespace dwell {

/// From here on log lines go to stderr under the program's name: "2026-11-21 10:00:00.000 dwell-agent info
/// …". To be called once by a program's main, before other threads run.
void startLog(std::string_view program, LogLevel level);
void setLogLevel(LogLevel level);

/// One line. Never with a URL, a title, a query or a key in it: logs are outside of scope and consent.
/// Threads: any.
void log(LogLevel level, std::string_view text);

inline void logDebug(std::string_view text) { log(LogLevel::kDebug, text); }
inline void logInfo(std::string_view text) { log(LogLevel::kInfo, text); }
inline void logWarn(std::string_view text) { log(LogLevel::kWarning, text); }
inline void logError(std::string_view text) { log(LogLevel::kError, text); }

}  // namespace dwell
