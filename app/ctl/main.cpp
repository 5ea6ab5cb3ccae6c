#include <SQLiteCpp/Exception.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <exception>
#include <iostream>

#include "app/ctl/commands/commands.h"
#include "app/ctl/commands/keeping.h"
#include "app/ctl/context.h"
#include "app/ctl/store_fault.h"
#include "base/version.h"

/// dwellctl: the command line of Dwell. This file says which verbs and options there are; commands/ does
/// them.
namespace dwell::app {
namespace {

const CLI::Validator kFromOneOn(
    [](const std::string& text) {
      std::int64_t number = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      const bool whole = error == std::errc{} && end == text.data() + text.size();
      return whole && number > 0 ? std::string() : "not a whole number from 1 on";
    },
    "");

struct Options {
  PathOptions paths;
  bool json = false;
  std::function<ExitCode(const Context&)> command;
};

/// A command that takes no more than the context.
void addCommand(CLI::App& parent, Options& options, const char* name, const char* description,
                ExitCode (*run)(const Context&)) {
  parent.add_subcommand(name, description)->callback([&options, run] { options.command = run; });
}

/// Named without one of its verbs, `group` does what `run` does.
void addDefault(CLI::App& group, Options& options, std::function<ExitCode(const Context&)> run) {
  group.callback([&group, &options, run = std::move(run)] {
    if (group.get_subcommands().empty()) options.command = run;
  });
}

void addAgentCommands(CLI::App& app, Options& options) {
  addCommand(app, options, "status", "What the agent is doing: recording, sources, browsers, losses", status);
  auto* pauseApp = app.add_subcommand("pause", "Stop recording at once");
  auto minutes = std::make_shared<std::optional<std::int64_t>>();
  pauseApp->add_option("--minutes", *minutes, "Resume by itself after so many minutes")
      ->check(CLI::Range(1, 7 * 24 * 60));
  auto until = std::make_shared<std::optional<std::string>>();
  pauseApp->add_option("--until", *until, "Resume by itself at this local time, the next one of the day")
      ->type_name("HH:MM")
      ->excludes("--minutes");
  pauseApp->callback([&options, minutes, until] {
    options.command = [minutes, until](const Context& c) { return pause(c, *minutes, *until); };
  });
  addCommand(app, options, "resume", "Record again after a pause", resume);
  addCommand(app, options, "flush", "Write everything measured so far to the store", flush);

  auto* markApp = app.add_subcommand("mark", "Note that a task or phase of the experiment begins");
  auto name = std::make_shared<std::string>();
  auto value = std::make_shared<std::string>();
  markApp->add_option("name", *name, "What is marked, e.g. task")->required();
  markApp->add_option("value", *value, "Its value, e.g. 3");
  markApp->callback([&options, name, value] {
    options.command = [name, value](const Context& c) { return mark(c, *name, *value); };
  });

  auto* participantApp = app.add_subcommand(
      "participant", "Who uses the machine from now on; without LABEL nobody in particular");
  auto label = std::make_shared<std::optional<std::string>>();
  participantApp->add_option("label", *label, "A label, not a name");
  participantApp->callback(
      [&options, label] { options.command = [label](const Context& c) { return participant(c, *label); }; });
}

void addConsentCommands(CLI::App& app, Options& options) {
  auto* consent = app.add_subcommand(
      "consent", "What this person has agreed to; nothing is recorded without. Without a verb: show");
  auto participant = std::make_shared<std::optional<std::string>>();
  const auto forParticipant = [participant](CLI::App* verb) {
    verb->add_option("--participant", *participant,
                     "Whose act it is, where each participant agrees for themselves")
        ->type_name("LABEL");
  };
  const auto showIt = [participant](const Context& c) { return consentShow(c, *participant); };
  forParticipant(consent);
  addDefault(*consent, options, showIt);
  auto* show = consent->add_subcommand("show", "The text and whether it is accepted");
  forParticipant(show);
  show->callback([&options, showIt] { options.command = showIt; });
  auto yes = std::make_shared<bool>(false);
  auto* accept = consent->add_subcommand("accept", "Agree to it");
  forParticipant(accept);
  accept->add_flag("--yes", *yes, "Do not ask; for lab machines whose users have agreed on paper");
  accept->callback([&options, participant, yes] {
    options.command = [participant, yes](const Context& c) { return consentAccept(c, *participant, *yes); };
  });
  auto* withdraw = consent->add_subcommand("withdraw", "Take it back: recording stops at once");
  forParticipant(withdraw);
  auto withdrawal = std::make_shared<WithdrawOptions>();
  withdraw->add_flag("--yes", withdrawal->yes, "Do not ask");
  withdraw->add_flag("--erase-collected", withdrawal->eraseCollected,
                     "Leave the experiment, and have its collector erase all that this machine has sent");
  withdraw->callback([&options, participant, withdrawal] {
    withdrawal->participant = *participant;
    options.command = [withdrawal](const Context& c) { return consentWithdraw(c, *withdrawal); };
  });
}

void addStoreCommands(CLI::App& app, Options& options) {
  auto visitOptions = std::make_shared<VisitsOptions>();
  auto* visitsApp = app.add_subcommand("visits", "The visits in the store, in order of start");
  visitsApp->add_option("--url", visitOptions->url, "Only URLs that contain this text");
  visitsApp->add_option("--since", visitOptions->since, "Only from this local day on")
      ->type_name("YYYY-MM-DD");
  visitsApp->add_option("--limit", visitOptions->limit, "Only the newest so many")->check(kFromOneOn);
  visitsApp->callback([&options, visitOptions] {
    options.command = [visitOptions](const Context& c) { return visits(c, *visitOptions); };
  });

  auto visit = std::make_shared<std::int64_t>(0);
  auto* linksApp =
      app.add_subcommand("links", "The links that the page of a visit offered, and those pressed");
  linksApp->add_option("visit", *visit, "Its id, from visits")->required()->check(kFromOneOn);
  linksApp->callback(
      [&options, visit] { options.command = [visit](const Context& c) { return links(c, *visit); }; });

  auto histogramOptions = std::make_shared<HistogramsOptions>();
  auto* histogramsApp = app.add_subcommand("histograms", "The histograms, in Chrome's text form");
  histogramsApp->add_option("name", histogramOptions->name,
                            "A name or the beginning of names; all without it");
  histogramsApp->add_option("--group", histogramOptions->group, "A page group of the settings")
      ->capture_default_str();
  histogramsApp->add_option("--day", histogramOptions->day, "Only this local day")->type_name("YYYY-MM-DD");
  auto rebuild = std::make_shared<bool>(false);
  histogramsApp->add_flag(
      "--rebuild", *rebuild,
      "With the agent stopped: count those of visits, sessions and log-ins anew, and compare");
  addDefault(*histogramsApp, options, [histogramOptions, rebuild](const Context& c) {
    return *rebuild ? histogramsRebuild(c) : histograms(c, *histogramOptions);
  });

  auto described = std::make_shared<std::optional<std::string>>();
  auto* describe =
      histogramsApp->add_subcommand("describe", "What the registered histograms count, and their buckets");
  describe->add_option("name", *described, "A name or the beginning of names; all without it");
  describe->callback([&options, described] {
    options.command = [described](const Context& c) { return histogramsDescribe(c, *described); };
  });

  addCommand(app, options, "sessions", "Stretches of use without a pause of 30 minutes", sessions);

  auto recordOptions = std::make_shared<RecordOptions>();
  auto* recordApp = app.add_subcommand(
      "record", "Write what happens on this machine to a trace, by the rules for what may be kept");
  recordApp->add_option("trace", recordOptions->trace, "The trace file to make")->required();
  recordApp->add_option("--minutes", recordOptions->minutes, "End after so many minutes")
      ->check(CLI::Range(1, 7 * 24 * 60));
  recordApp->add_flag("--force", recordOptions->force, "Write over a file that is there");
  recordApp->callback([&options, recordOptions] {
    options.command = [recordOptions](const Context& c) { return record(c, *recordOptions); };
  });

  auto trace = std::make_shared<std::filesystem::path>();
  auto* replayApp = app.add_subcommand("replay", "Run a trace (JSON Lines) through the tracker");
  replayApp->add_option("trace", *trace, "The trace file")->required();
  replayApp->callback(
      [&options, trace] { options.command = [trace](const Context& c) { return replay(c, *trace); }; });
}

void addKeepingCommands(CLI::App& app, Options& options) {
  auto eraseOptions = std::make_shared<EraseOptions>();
  auto* eraseApp = app.add_subcommand(
      "erase", "Erase what was measured, for good: all, a site, a period, or a site's visits of a period");
  eraseApp->add_flag("--all", eraseOptions->all, "Everything measured; consent and enrolment stay");
  eraseApp->add_flag("--everywhere", eraseOptions->everywhere,
                     "With --all: leave the experiment, and have its collector erase what it got");
  eraseApp->add_option("--site", eraseOptions->site, "A host and those below it")->type_name("HOST");
  eraseApp->add_option("--from", eraseOptions->from, "What began on this local day or later")
      ->type_name("YYYY-MM-DD");
  eraseApp->add_option("--to", eraseOptions->to, "What began on this local day or before")
      ->type_name("YYYY-MM-DD");
  eraseApp->add_flag("--yes", eraseOptions->yes, "Do not ask");
  eraseApp->callback([&options, eraseOptions] {
    options.command = [eraseOptions](const Context& c) { return erase(c, *eraseOptions); };
  });

  auto backupOptions = std::make_shared<BackupOptions>();
  auto* backupApp = app.add_subcommand("backup", "Copy the store to a file, also while the agent runs");
  backupApp->add_option("file", backupOptions->file, "The backup")->required();
  backupApp->add_flag("--force", backupOptions->force, "Write over a file that is there");
  backupApp->add_flag("--restore", backupOptions->restore,
                      "With the agent stopped: put the backup in the store's place");
  backupApp->add_flag("--yes", backupOptions->yes, "Do not ask");
  backupApp->callback([&options, backupOptions] {
    options.command = [backupOptions](const Context& c) { return backup(c, *backupOptions); };
  });

  auto exportOptions = std::make_shared<ExportOptions>();
  auto* exportApp = app.add_subcommand("export", "Write everything measured as tables for other programs");
  exportApp->add_option("--format", exportOptions->format, "csv, jsonl, or webtrackr (one CSV)")
      ->check(CLI::IsMember({"csv", "jsonl", "webtrackr"}))
      ->capture_default_str();
  exportApp->add_option("--out", exportOptions->out, "A folder; for webtrackr a file")->required();
  exportApp->add_option("--from", exportOptions->from, "What began on this local day or later")
      ->type_name("YYYY-MM-DD");
  exportApp->add_option("--to", exportOptions->to, "What began on this local day or before")
      ->type_name("YYYY-MM-DD");
  exportApp->add_flag("--spreadsheet", exportOptions->spreadsheet,
                      "For CSV that a spreadsheet opens: ' before text that it would take for a formula");
  exportApp->add_flag("--force", exportOptions->force, "Write over files that are there");
  exportApp->callback([&options, exportOptions] {
    options.command = [exportOptions](const Context& c) { return exportData(c, *exportOptions); };
  });
}

void addReportCommands(CLI::App& app, Options& options) {
  auto* report = app.add_subcommand("report", "What is uploaded. Without a verb: preview");
  addDefault(*report, options, reportPreview);
  addCommand(*report, options, "preview", "What the next report would say now", reportPreview);

  auto* outbox = app.add_subcommand("outbox", "Sealed reports: waiting, sent, refused. Without a verb: list");
  addDefault(*outbox, options, outboxList);
  addCommand(*outbox, options, "list", "The reports, the newest first", outboxList);
  auto id = std::make_shared<std::string>();
  auto raw = std::make_shared<bool>(false);
  auto* show = outbox->add_subcommand("show", "The very content of a report");
  show->add_option("id", *id, "Its id, from dwellctl outbox")->required();
  show->add_flag("--raw", *raw, "The bytes as they are sent: gzip");
  show->callback([&options, id, raw] {
    options.command = [id, raw](const Context& c) { return outboxShow(c, *id, *raw); };
  });
  auto folder = std::make_shared<std::filesystem::path>();
  auto* exportApp = outbox->add_subcommand(
      "export", "For labs without a network: seal what is new, write all that waits as files");
  exportApp->add_option("folder", *folder, "For dwell-collector import; made if it is not there")->required();
  exportApp->callback([&options, folder] {
    options.command = [folder](const Context& c) { return outboxExport(c, *folder); };
  });
  auto* receipts =
      outbox->add_subcommand("receipts", "Settle reports by the receipts of dwell-collector import");
  receipts->add_option("folder", *folder, "Where dwell-collector import was run")->required();
  receipts->callback([&options, folder] {
    options.command = [folder](const Context& c) { return outboxReceipts(c, *folder); };
  });
  auto* retry = outbox->add_subcommand("retry", "Let a refused report wait again, or a waiting one not wait");
  retry->add_option("id", *id, "Its id, from dwellctl outbox")->required();
  retry->callback(
      [&options, id] { options.command = [id](const Context& c) { return outboxRetry(c, *id); }; });
  addCommand(app, options, "audit", "What was sent, when, to where, and what came back", audit);

  addCommand(app, options, "upload", "Seal what is new and send everything now", upload);

  auto enrolOptions = std::make_shared<EnrolOptions>();
  auto* enrolApp =
      app.add_subcommand("enrol", "Join an experiment: its collector gets this machine's reports");
  enrolApp->add_option("url", enrolOptions->url, "The collector, e.g. https://research.example")->required();
  enrolApp->add_option("code", enrolOptions->code, "The enrolment code of the experiment")->required();
  enrolApp
      ->add_option(
          "--ca", enrolOptions->ca,
          "Certificates (PEM) to trust for this collector instead of the system's: an experiment's own CA. "
          "Kept for it until another is named")
      ->type_name("FILE");
  enrolApp->callback([&options, enrolOptions] {
    options.command = [enrolOptions](const Context& c) { return enrol(c, *enrolOptions); };
  });
}

void addMachineCommands(CLI::App& app, Options& options) {
  auto* browser = app.add_subcommand("browser", "The browsers of this machine")->require_subcommand(1);
  auto registerOptions = std::make_shared<RegisterOptions>();
  auto* registerApp = browser->add_subcommand("register", "Let a browser's Dwell extension reach the agent");
  registerApp->add_option("--browser", registerOptions->browser, "chromium, chrome, edge, brave, firefox")
      ->check(CLI::IsMember({"chromium", "chrome", "edge", "brave", "firefox"}))
      ->capture_default_str();
  registerApp->add_option("--user-data-dir", registerOptions->userDataDir,
                          "The browser's own --user-data-dir, if it has one");
  registerApp->callback([&options, registerOptions] {
    options.command = [registerOptions](const Context& c) { return browserRegister(c, *registerOptions); };
  });

  addCommand(app, options, "doctor", "Which sources work here, and why not", doctor);
  auto* config = app.add_subcommand("config", "The configuration file. Without a verb: show");
  addDefault(*config, options, configShow);
  addCommand(*config, options, "show", "Where it is and what it gives; an experiment can narrow it",
             configShow);
  addCommand(*config, options, "init", "Write it with every default commented out", configInit);
}

int run(int argc, char** argv) {
  CLI::App app("Dwell on the command line: consent, status, measurements, reports.", "dwellctl");
  app.require_subcommand(1);
  app.fallthrough();
  app.set_version_flag("--version", std::string("dwellctl ") + kVersion);
  Options options;
  app.add_option("--data-dir", options.paths.dataDir, "The store's folder (default: $XDG_DATA_HOME/dwell)");
  app.add_option("--runtime-dir", options.paths.runtimeDir,
                 "The sockets' folder (default: $XDG_RUNTIME_DIR/dwell)");
  app.add_option("--config", options.paths.configFile,
                 "The configuration (default: $XDG_CONFIG_HOME/dwell/config.toml)");
  app.add_flag("--json", options.json, "Print JSON");
  addAgentCommands(app, options);
  addConsentCommands(app, options);
  addStoreCommands(app, options);
  addKeepingCommands(app, options);
  addReportCommands(app, options);
  addMachineCommands(app, options);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(ExitCode::kBadInput);
  }

  auto paths = findPaths(options.paths);
  if (!paths) {
    std::cerr << "dwellctl: " << paths.error().message() << '\n';
    return static_cast<int>(ExitCode::kBadInput);
  }
  try {
    return static_cast<int>(options.command(
        Context{*paths, options.json, options.paths.configFile.has_value(), std::cout, std::cerr}));
  } catch (const SQLite::Exception& error) {
    return static_cast<int>(
        Context{*paths, false, false, std::cout, std::cerr}.fail(storeFault(paths->store(), error)));
  } catch (const std::exception& error) {
    // A broken disk; what was committed stays.
    std::cerr << "dwellctl: " << error.what() << '\n';
    return static_cast<int>(ExitCode::kFailed);
  }
}

}  // namespace
}  // namespace dwell::app

int main(int argc, char** argv) { return dwell::app::run(argc, argv); }
