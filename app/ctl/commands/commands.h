#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "app/ctl/context.h"

/// One function a verb, each in the file of its name. They print to the context and never throw for bad
/// input.
namespace dwell::app {

// The running agent, over its control socket.
ExitCode status(const Context& context);
/// Until `minutes` are over, or until the local time `until` ("HH:MM", the next one); neither: until resume.
ExitCode pause(const Context& context, std::optional<std::int64_t> minutes,
               const std::optional<std::string>& until);
ExitCode resume(const Context& context);
ExitCode flush(const Context& context);
ExitCode mark(const Context& context, const std::string& name, const std::string& value);
ExitCode participant(const Context& context, const std::optional<std::string>& label);

// Consent: the text, the act, its withdrawal.
// `participant`: whose act it is where each agrees for themselves.
ExitCode consentShow(const Context& context, const std::optional<std::string>& participant);
ExitCode consentAccept(const Context& context, const std::optional<std::string>& participant, bool yes);
struct WithdrawOptions {
  std::optional<std::string> participant;
  bool yes = false;
  bool eraseCollected = false;  ///< have the collector erase what this machine has sent
};
ExitCode consentWithdraw(const Context& context, const WithdrawOptions& options);

// The store.
struct VisitsOptions {
  std::optional<std::string> url;     ///< only URLs that contain it
  std::optional<std::string> since;   ///< local day, YYYY-MM-DD
  std::optional<std::int64_t> limit;  ///< the newest
};
ExitCode visits(const Context& context, const VisitsOptions& options);
/// What the page of a visit offered, and what of it was pressed.
ExitCode links(const Context& context, std::int64_t visit);
struct HistogramsOptions {
  std::optional<std::string> name;
  std::string group = "all";
  std::optional<std::string> day;  ///< local day, YYYY-MM-DD; none: all days
};
ExitCode histograms(const Context& context, const HistogramsOptions& options);
/// Counts the histograms of the store's rows anew; prints where the store has other counts.
ExitCode histogramsRebuild(const Context& context);
ExitCode histogramsDescribe(const Context& context, const std::optional<std::string>& name);
ExitCode sessions(const Context& context);

// Traces: of what happens on this machine, and through the tracker.
struct RecordOptions {
  std::filesystem::path trace;
  std::optional<std::int64_t> minutes;  ///< none: until Ctrl-C
  bool force = false;                   ///< write over a file that is there
};
ExitCode record(const Context& context, const RecordOptions& options);
ExitCode replay(const Context& context, const std::filesystem::path& trace);

// Reports and their upload.
ExitCode reportPreview(const Context& context);
ExitCode outboxList(const Context& context);
ExitCode outboxShow(const Context& context, const std::string& id, bool raw);
/// What was sent, when, to where, and what came back.
ExitCode audit(const Context& context);
/// For labs without a network: seals all, and writes what waits into `folder`, for `dwell-collector import`.
ExitCode outboxExport(const Context& context, const std::filesystem::path& folder);
/// Settles what the receipts in `folder` name.
ExitCode outboxReceipts(const Context& context, const std::filesystem::path& folder);
ExitCode outboxRetry(const Context& context, const std::string& id);
ExitCode upload(const Context& context);
struct EnrolOptions {
  std::string url, code;
  std::optional<std::filesystem::path> ca;  ///< PEM: whom to trust instead of the system's roots
};
ExitCode enrol(const Context& context, const EnrolOptions& options);

// This machine.
struct RegisterOptions {
  std::string browser = "chromium";
  std::optional<std::filesystem::path> userDataDir;
};
ExitCode browserRegister(const Context& context, const RegisterOptions& options);
ExitCode doctor(const Context& context);
ExitCode configShow(const Context& context);
ExitCode configInit(const Context& context);

}  // namespace dwell::app
