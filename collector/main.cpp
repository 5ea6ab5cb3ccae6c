#include <CLI/CLI.hpp>
#include <exception>
#include <functional>
#include <iostream>

#include "base/version.h"
#include "collector/commands.h"

/// dwell-collector: the research server. This file says which verbs and options there are; commands.cpp does
/// them.
namespace {

using namespace dwell::collector;

struct Options {
  std::filesystem::path dataDir, settings, folder;
  std::string listen, name;
  bool json = false;

  OutputForm form() const { return json ? OutputForm::kJson : OutputForm::kText; }
};

void addDataDir(CLI::App& verb, Options& options) {
  verb.add_option("--data", options.dataDir, "The folder that holds the collector's database")->required();
}

int run(int argc, char** argv) {
  CLI::App app("The research server of Dwell: enrols machines and keeps the reports they send");
  app.set_version_flag("--version", dwell::kVersion);
  app.require_subcommand(1);
  Options options;
  std::function<int()> command;

  auto* serveVerb = app.add_subcommand("serve", "Accept enrolments and reports until SIGTERM");
  serveVerb
      ->add_option("--listen", options.listen,
                   "HOST:PORT, of loopback: put a proxy with TLS in front of it; port 0 takes a free one")
      ->required();
  addDataDir(*serveVerb, options);
  serveVerb->callback([&] { command = [&] { return serve(options.listen, options.dataDir); }; });

  auto* experiment =
      app.add_subcommand("experiment", "Experiments that machines enrol in")->require_subcommand(1);
  auto* create =
      experiment->add_subcommand("create", "Make one and print its enrolment code, which is not kept");
  create->add_option("NAME", options.name, "For people; no other experiment may have it")->required();
  create
      ->add_option("--file", options.settings,
                   "What its machines record: sections and keys as in a machine's config.toml")
      ->type_name("FILE");
  addDataDir(*create, options);
  create->add_flag("--json", options.json, "Print {id, name, code}");
  create->callback([&] {
    command = [&] {
      return experimentCreate(options.name, options.settings, options.dataDir, options.form());
    };
  });
  auto* update = experiment->add_subcommand("update", "Give it other settings: a new revision");
  update->add_option("NAME", options.name, "Which one")->required();
  update->add_option("--file", options.settings, "Its settings from now on, all of them")
      ->type_name("FILE")
      ->required();
  addDataDir(*update, options);
  update->add_flag("--json", options.json, "Print {name, revision}");
  update->callback([&] {
    command = [&] {
      return experimentUpdate(options.name, options.settings, options.dataDir, options.form());
    };
  });

  auto* reportsVerb = app.add_subcommand("reports", "Print what was received, in order of arrival");
  addDataDir(*reportsVerb, options);
  reportsVerb->add_flag("--json", options.json, "Print everything, decoded into rows");
  reportsVerb->callback([&] { command = [&] { return reports(options.dataDir, options.form()); }; });

  auto* importVerb =
      app.add_subcommand("import", "Take reports that came as files: those of dwellctl outbox export");
  importVerb->add_option("FOLDER", options.folder, "Where they are; the receipts are written there")
      ->required();
  addDataDir(*importVerb, options);
  importVerb->add_flag("--json", options.json, "Print what became of each file");
  importVerb->callback(
      [&] { command = [&] { return importFolder(options.folder, options.dataDir, options.form()); }; });

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return command();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "dwell-collector: " << error.what() << "\n";
    return 1;
  }
}
