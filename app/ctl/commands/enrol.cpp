#include <atomic>

#include "app/control/client.h"
#include "app/ctl/commands/commands.h"
#include "base/clock.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/credentials.h"
#include "uploader/curl_transport.h"
#include "uploader/enrolment.h"
#include "uploader/origin.h"

namespace dwell::app {

namespace {

/// Whom to trust for `origin`: the file that was named, else what was kept for it.
Expected<std::vector<monitor::OwnRoots>> rootsFor(const Context& context, const std::string& origin,
                                                  const std::optional<std::filesystem::path>& file) {
  if (file) {
    auto pem = monitor::readCertificates(*file);
    if (!pem) return tl::unexpected<Error>(pem.error());
    return std::vector<monitor::OwnRoots>{{origin, *pem}};
  }
  const auto kept = monitor::readRoots(context.paths.collectorRoots());
  if (!kept) return tl::unexpected<Error>(kept.error());
  if (!*kept || (*kept)->origin != origin) return std::vector<monitor::OwnRoots>{};
  return std::vector<monitor::OwnRoots>{**kept};
}

}  // namespace

ExitCode enrol(const Context& context, const EnrolOptions& options) {
  const auto settings = context.settings();
  if (!settings) return context.fail(settings.error(), ExitCode::kBadInput);
  const auto origin = uploader::collectorOrigin(options.url);
  if (!origin) return context.fail(origin.error(), ExitCode::kBadInput);
  if (auto made = makePrivateFolder(context.paths.dataDir); !made) return context.fail(made.error());
  auto store = monitor::ConsentStore::open(context.paths.dataDir);
  if (!store) return context.fail(store.error());

  const auto roots = rootsFor(context, *origin, options.ca);
  if (!roots) return context.fail(roots.error(), ExitCode::kBadInput);
  const std::atomic<bool> stop{false};
  uploader::CurlTransport transport(stop, uploader::CurlLimits::of(*settings), *roots);
  const auto answer = uploader::enrol(transport, *origin, options.code);
  if (!answer) return context.fail(answer.error());
  // Before the enrolment: nothing is sent there without it.
  if (!roots->empty()) monitor::keepRoots(context.paths.collectorRoots(), roots->front());
  store->enrol({*origin, answer->experiment, answer->name, answer->settings, readWallTime()}, answer->token);
  (void)ControlClient(context.paths.controlSocket()).ask({{"command", "reload"}});

  const auto terms = store->terms(*settings, std::nullopt, readWallTime());
  const bool consented = terms.standing == monitor::Standing::kRecords && !terms.wantsMore;
  if (context.json) {
    return context.print({{"collector", *origin},
                          {"experiment", answer->experiment},
                          {"name", answer->name},
                          {"consent_covers_it", consented}});
  }
  context.out << "Enrolled in " << answer->name << " at " << *origin << '\n';
  if (terms.standing != monitor::Standing::kRecords) {
    const auto [what, next] = monitor::standingText(terms.standing);
    context.out << "Nothing is recorded for it: " << what << (*next == 0 ? "" : ". ") << next << '\n';
  }
  return ExitCode::kOk;
}

}  // namespace dwell::app
