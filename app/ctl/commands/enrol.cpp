#include <atomic>

#include "app/control/client.h"
#include "app/ctl/commands/commands.h"
#include "base/clock.h"
#include "monitor/store/consent_store.h"
#include "uploader/curl_transport.h"
#include "uploader/enrolment.h"
#include "uploader/origin.h"

namespace dwell::app {

ExitCode enrol(const Context& context, const std::string& url, const std::string& code) {
  const auto settings = context.settings();
  if (!settings) return context.fail(settings.error(), ExitCode::kBadInput);
  const auto origin = uploader::collectorOrigin(url);
  if (!origin) return context.fail(origin.error(), ExitCode::kBadInput);
  if (auto made = makePrivateFolder(context.paths.dataDir); !made) return context.fail(made.error());
  auto store = monitor::ConsentStore::open(context.paths.dataDir);
  if (!store) return context.fail(store.error());

  const std::atomic<bool> stop{false};
  uploader::CurlTransport transport(stop);
  const auto answer = uploader::enrol(transport, *origin, code);
  if (!answer) return context.fail(answer.error());
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
