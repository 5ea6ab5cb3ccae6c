#include <QApplication>
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QMessageBox>
#include <QTimer>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <variant>

#include "app/window/main_window.h"
#include "app/window/screenshot.h"
#include "app/window/spacious_style.h"
#include "base/paths.h"
#include "base/settings.h"
#include "base/version.h"

/// dwell: the window. This file reads the command line and puts the parts together.
namespace dwell::app {
namespace {

constexpr int kOk = 0, kFailed = 1, kBadInput = 2;

/// How often store and agent are looked at: so that a visit is seen soon after the agent has written it, at
/// the cost of a few microseconds and a line through a socket.
constexpr auto kLookEvery = std::chrono::seconds(1);

struct Options {
  PathOptions paths;
  std::vector<Screenshot> screenshots;
};

int complain(const Error& error, int code) {
  std::cerr << "dwell: " << error.message() << '\n';
  return code;
}

/// The options, or the exit code when there is nothing more to do.
std::variant<Options, int> readOptions(const QStringList& arguments) {
  QCommandLineParser parser;
  parser.setApplicationDescription(
      QStringLiteral("Dwell's window: histograms and pages as they are measured on this machine."));
  const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")},
                                QStringLiteral("Show this help."));
  const QCommandLineOption version(QStringLiteral("version"), QStringLiteral("Show the version."));
  const QCommandLineOption dataDir(QStringLiteral("data-dir"),
                                   QStringLiteral("The store's folder (default: $XDG_DATA_HOME/dwell)."),
                                   QStringLiteral("D"));
  const QCommandLineOption runtimeDir(
      QStringLiteral("runtime-dir"), QStringLiteral("The sockets' folder (default: $XDG_RUNTIME_DIR/dwell)."),
      QStringLiteral("R"));
  const QCommandLineOption config(
      QStringLiteral("config"),
      QStringLiteral("The configuration (default: $XDG_CONFIG_HOME/dwell/config.toml)."),
      QStringLiteral("F"));
  const QCommandLineOption screenshot(
      QStringLiteral("screenshot"),
      QStringLiteral("Write a page (histograms, pages) as a PNG and exit; may be repeated."),
      QStringLiteral("page=FILE"));
  parser.addOptions({help, version, dataDir, runtimeDir, config, screenshot});
  if (!parser.parse(arguments)) {
    return complain({parser.errorText().toStdString(), {}, "dwell --help tells the options"}, kBadInput);
  }
  if (parser.isSet(help)) {
    std::cout << parser.helpText().toStdString();
    return kOk;
  }
  if (parser.isSet(version)) {
    std::cout << "dwell " << kVersion << '\n';
    return kOk;
  }
  if (!parser.positionalArguments().isEmpty()) {
    return complain({"an argument that is no option", {}, "dwell --help tells the options"}, kBadInput);
  }

  const auto path = [&](const QCommandLineOption& option) -> std::optional<std::filesystem::path> {
    if (!parser.isSet(option)) return std::nullopt;
    return std::filesystem::path(parser.value(option).toStdString());
  };
  Options options{{path(dataDir), path(runtimeDir), path(config)}, {}};
  for (const QString& value : parser.values(screenshot)) {
    auto parsed = parseScreenshot(value);
    if (!parsed) return complain(parsed.error(), kBadInput);
    options.screenshots.push_back(std::move(*parsed));
  }
  return options;
}

/// Qt ends the program by abort() when it can't open the display; people deserve a sentence instead.
void explainFatal(QtMsgType type, const QMessageLogContext&, const QString& message) {
  // Said of every session without a login manager; Dwell has its own rule for it.
  if (message.startsWith(QLatin1String("QStandardPaths: XDG_RUNTIME_DIR not set"))) return;
  std::fprintf(stderr, "dwell: %s\n", message.toLocal8Bit().constData());
  if (type != QtFatalMsg) return;
  std::fputs(
      "dwell: a window needs an X or Wayland display (DISPLAY, WAYLAND_DISPLAY); without one dwellctl shows "
      "the same\n",
      stderr);
  std::_Exit(kFailed);
}

bool hasDisplay() {
  for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
    if (qEnvironmentVariableIsSet(name) && !qEnvironmentVariableIsEmpty(name)) return true;
  }
  return false;
}

int runWindow(const Options& options) {
  const auto paths = findPaths(options.paths);
  if (!paths) return complain(paths.error(), kBadInput);
  const auto settings = readSettings(paths->configFile);
  if (!settings) {
    // Started from a desktop, nobody sees stderr.
    const QString text = QString::fromStdString(settings.error().message());
    if (options.screenshots.empty()) {
      QMessageBox::critical(nullptr, QStringLiteral("Dwell: the configuration"), text);
    }
    return complain(settings.error(), kBadInput);
  }

  StoreFollower store(paths->store());
  AgentLink agent(paths->controlSocket());
  const ConsentGate gate(*paths, *settings);
  MainWindow window(*settings, gate, store, agent);
  store.look();
  if (!options.screenshots.empty()) {
    const auto taken = takeScreenshots(window, agent, options.screenshots);
    return taken ? kOk : complain(taken.error(), kFailed);
  }

  QTimer timer;
  QObject::connect(&timer, &QTimer::timeout, &store, &StoreFollower::look);
  QObject::connect(&timer, &QTimer::timeout, &agent, &AgentLink::poll);
  timer.start(kLookEvery);
  agent.poll();
  window.show();
  window.askConsent();
  return QApplication::exec();
}

int run(int argc, char** argv) {
  std::variant<Options, int> options = kFailed;
  {
    // Help and bad options need no display.
    const QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("dwell"));
    options = readOptions(QCoreApplication::arguments());
  }
  if (const int* code = std::get_if<int>(&options)) return *code;
  const auto& chosen = std::get<Options>(options);

  qInstallMessageHandler(explainFatal);
  // Pictures can be made where there is no display at all.
  if (!hasDisplay() && !chosen.screenshots.empty()) qputenv("QT_QPA_PLATFORM", "offscreen");
  QApplication::setStyle(new SpaciousStyle);
  const QApplication application(argc, argv);
  return runWindow(chosen);
}

}  // namespace
}  // namespace dwell::app

int main(int argc, char** argv) { return dwell::app::run(argc, argv); }
