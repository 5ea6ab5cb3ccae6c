#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "app/ctl/context.h"

/// The verbs that remove measurements and take them out (docs/data.md), like those of commands.h.
namespace dwell::app {

struct EraseOptions {
  bool all = false;
  bool everywhere = false;              ///< the collector, too; the machine leaves the experiment
  std::optional<std::string> site;      ///< host
  std::optional<std::string> from, to;  ///< local days, YYYY-MM-DD, both included
  bool yes = false;                     ///< do not ask
};
ExitCode erase(const Context& context, const EraseOptions& options);
struct BackupOptions {
  std::filesystem::path file;
  bool force = false;    ///< write over a file that is there
  bool restore = false;  ///< the other way round
  bool yes = false;      ///< do not ask
};
ExitCode backup(const Context& context, const BackupOptions& options);
struct ExportOptions {
  std::string format = "csv";           ///< csv · jsonl · webtrackr
  std::filesystem::path out;            ///< a folder; of webtrackr a file
  std::optional<std::string> from, to;  ///< local days, YYYY-MM-DD, both included
  bool spreadsheet = false;             ///< of CSV: no cell that a spreadsheet takes for a formula
  bool force = false;                   ///< write over files that are there
};
ExitCode exportData(const Context& context, const ExportOptions& options);

}  // namespace dwell::app
