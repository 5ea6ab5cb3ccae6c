#include <fstream>

#include "app/ctl/commands/commands.h"
#include "base/retention_settings.h"

namespace dwell::app {

ExitCode configShow(const Context& context) {
  const auto settings = context.settings();
  if (!settings) return context.fail(settings.error(), ExitCode::kBadInput);
  const auto retention = readRetention(context.paths.configFile);
  if (!retention) return context.fail(retention.error(), ExitCode::kBadInput);
  static constexpr const char* kLogLevels[] = {"debug", "info", "warning", "error"};
  const bool exists = std::filesystem::exists(context.paths.configFile);
  Json groups = Json::object();
  for (const auto& group : settings->pageGroups) groups[group.name] = group.patterns;
  const Json inForce = {{"idle_threshold_s", settings->idleThreshold.count() / 1000},
                        {"session_pause_min", settings->sessionPause.count() / 60'000},
                        {"level", levelName(settings->level)},
                        {"url_detail", urlDetailName(settings->urlDetail)},
                        {"keep_parameters", settings->keepParameters},
                        {"search_words", searchWordsName(settings->searchWords)},
                        {"include", settings->include},
                        {"exclude", settings->exclude},
                        {"page_groups", groups},
                        {"end_ms", settings->end ? Json(toMs(*settings->end)) : Json(nullptr)},
                        {"stopped", settings->stopped},
                        {"consent_per_participant", settings->consentPerParticipant},
                        {"upload_first_after_s", settings->uploadFirstAfter.count() / 1000},
                        {"upload_interval_min", settings->uploadInterval.count() / 60'000},
                        {"outbox_megabytes", settings->outboxBytes >> 20},
                        {"outbox_days", settings->outboxAge ? settings->outboxAge->count() / 86'400'000 : 0},
                        {"upload_connect_timeout_s", settings->uploadConnectTimeout.count() / 1000},
                        {"upload_stall_timeout_s", settings->uploadStallTimeout.count() / 1000},
                        {"upload_total_timeout_s", settings->uploadTotalTimeout.count() / 1000},
                        {"retention_days", retention->days},
                        {"retention_megabytes", retention->megabytes},
                        {"log_level", kLogLevels[static_cast<int>(settings->logLevel)]}};
  if (context.json) {
    return context.print(
        {{"file", context.paths.configFile.string()}, {"exists", exists}, {"settings", inForce}});
  }
  context.out << context.paths.configFile.string()
              << (exists ? "" : " (not there: defaults are in force; dwellctl config init writes it)")
              << '\n';
  for (const auto& [key, value] : inForce.items())
    context.out << "  " << key << " = " << value.dump() << '\n';
  return ExitCode::kOk;
}

ExitCode configInit(const Context& context) {
  const auto& file = context.paths.configFile;
  if (std::filesystem::exists(file)) {
    return context.fail(
        {"the configuration is there already and is left alone", file.string(), "an editor to change it"});
  }
  std::filesystem::create_directories(file.parent_path());
  writePrivateFile(file, std::string(defaultConfigText()));
  if (context.json) return context.print({{"file", file.string()}});
  context.out << "Wrote " << file.string() << " with every default commented out\n";
  return ExitCode::kOk;
}

}  // namespace dwell::app
