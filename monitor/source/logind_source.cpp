#include "monitor/source/logind_source.h"

#include <systemd/sd-bus.h>

#include <cassert>
#include <cstring>
#include <utility>

namespace dwell::monitor {
namespace {

using schemas::Event;

constexpr const char* kService = "org.freedesktop.login1";
constexpr const char* kManager = "org.freedesktop.login1.Manager";
constexpr const char* kManagerPath = "/org/freedesktop/login1";
constexpr const char* kSession = "org.freedesktop.login1.Session";
constexpr const char* kUser = "org.freedesktop.login1.User";
/// The user who asks.
constexpr const char* kOwnUserPath = "/org/freedesktop/login1/user/self";
constexpr const char* kProperties = "org.freedesktop.DBus.Properties";

/// A bus that does not answer by then never will.
constexpr Millis kAnswersWithin{10'000};

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* held) const {
    Free(held);
  }
};
using Bus = std::unique_ptr<sd_bus, Freed<sd_bus_close_unref>>;
using Slot = std::unique_ptr<sd_bus_slot, Freed<sd_bus_slot_unref>>;

Error noBus(int result) {
  return {std::string("no system bus can be reached (") + std::strerror(-result) + ")", "logind",
          "a machine with D-Bus; without, the screen lock is not noticed, and suspend by the clocks alone"};
}

}  // namespace

class LogindSource::Connection {
 public:
  explicit Connection(Bus bus) : bus_(std::move(bus)) {}

  /// Asks for everything; the answers come in later.
  bool subscribe() {
    const auto match = [this](const char* member, sd_bus_message_handler_t handler) {
      return sd_bus_match_signal_async(bus_.get(), nullptr, kService, kManagerPath, kManager, member, handler,
                                       nullptr, this) >= 0;
    };
    return match("PrepareForSleep", heard<&Connection::sleeps>) &&
           match("SessionNew", heard<&Connection::sessionsChanged>) &&
           match("SessionRemoved", heard<&Connection::sessionsChanged>) && askForSession();
  }

  int fd() const { return sd_bus_get_fd(bus_.get()); }

  std::optional<MonoTime> deadline() const {
    if (!asked_) return MonoTime();  // what was asked for is not sent before the first drain
    if (answersDue_) return answersDue_;
    return believedUntil_;
  }

  /// Error: the connection is of no use any more.
  Expected<void> drain(MonoTime now, std::vector<Event>& events) {
    now_ = now;
    events_ = &events;
    if (!std::exchange(asked_, true)) answersDue_ = now + kAnswersWithin;
    int result = 0;
    while ((result = sd_bus_process(bus_.get(), nullptr)) > 0 && !trouble_) {
    }
    if (result < 0) trouble_ = noBus(result);
    if (!trouble_ && answersDue_ && now >= *answersDue_)
      trouble_ = Error{"logind does not answer", "logind", ""};
    if (believedUntil_ && now >= *believedUntil_) setLocked(false);
    if (!trouble_) return {};
    setLocked(false);
    setAsleep(false);
    return tl::unexpected(*trouble_);
  }

 private:
  template <void (Connection::*Handle)(sd_bus_message*)>
  static int heard(sd_bus_message* message, void* self, sd_bus_error*) {
    (static_cast<Connection*>(self)->*Handle)(message);
    return 0;
  }

  void say(schemas::EventBody body) { events_->push_back({now_, std::move(body)}); }

  void setAsleep(bool asleep) {
    if (std::exchange(asleep_, asleep) == asleep) return;
    if (asleep)
      say(schemas::Suspend{});
    else
      say(schemas::Resume{});
  }

  void setLocked(bool locked) {
    believedUntil_.reset();
    if (std::exchange(locked_, locked) == locked) return;
    if (locked)
      say(schemas::Lock{});
    else
      say(schemas::Unlock{});
  }

  void sleeps(sd_bus_message* message) {
    int asleep = 0;
    if (sd_bus_message_read(message, "b", &asleep) >= 0) setAsleep(asleep != 0);
  }

  void lockAsked(sd_bus_message*) {
    if (locked_) return;
    setLocked(true);
    believedUntil_ = now_ + kBelieved;
  }
  void unlockAsked(sd_bus_message*) { setLocked(false); }

  bool askForSession() {
    return sd_bus_call_method_async(bus_.get(), nullptr, kService, kOwnUserPath, kProperties, "Get",
                                    heard<&Connection::sessionTold>, this, "ss", kUser, "Display") >= 0;
  }
  void sessionsChanged(sd_bus_message*) { askForSession(); }

  void sessionTold(sd_bus_message* answer) {
    answersDue_.reset();
    if (const sd_bus_error* error = sd_bus_message_get_error(answer)) {
      // A user without a session is not known to logind, which answers all the same.
      if (std::strncmp(error->name, kService, std::strlen(kService)) == 0) return follow("/");
      trouble_ = Error{std::string("no logind answers on the system bus (") + error->name + ")", "logind",
                       "systemd-logind or elogind; without, the screen lock is not noticed"};
      return;
    }
    const char *id = nullptr, *path = nullptr;
    if (sd_bus_message_enter_container(answer, 'v', "(so)") >= 0 &&
        sd_bus_message_read(answer, "(so)", &id, &path) >= 0)
      follow(path);
  }

  /// `session`: its object; "/": there is none.
  void follow(const std::string& session) {
    if (session == session_) return;
    session_ = session;
    for (auto& match : matches_) match.reset();
    setLocked(false);
    if (session == "/") return;
    const auto match = [&](std::size_t i, const char* interface, const char* member,
                           sd_bus_message_handler_t handler) {
      sd_bus_slot* slot = nullptr;
      if (sd_bus_match_signal_async(bus_.get(), &slot, kService, session.c_str(), interface, member, handler,
                                    nullptr, this) >= 0)
        matches_[i].reset(slot);
    };
    match(0, kSession, "Lock", heard<&Connection::lockAsked>);
    match(1, kSession, "Unlock", heard<&Connection::unlockAsked>);
    match(2, kProperties, "PropertiesChanged", heard<&Connection::propertiesChanged>);
    askForHint();
  }

  void askForHint() {
    sd_bus_slot* slot = nullptr;
    // The answer about a session that is no longer followed must not come in: its slot goes with it.
    if (sd_bus_call_method_async(bus_.get(), &slot, kService, session_.c_str(), kProperties, "Get",
                                 heard<&Connection::hintTold>, this, "ss", kSession, "LockedHint") >= 0)
      matches_[3].reset(slot);
  }

  void hintTold(sd_bus_message* answer) {
    int locked = 0;
    if (sd_bus_message_is_method_error(answer, nullptr) == 0 &&
        sd_bus_message_enter_container(answer, 'v', "b") >= 0 &&
        sd_bus_message_read(answer, "b", &locked) >= 0)
      setLocked(locked != 0);
  }

  /// Of all properties: only LockedHint counts. Its new value is in the signal, or it is asked for.
  void propertiesChanged(sd_bus_message* message) {
    const char* interface = nullptr;
    if (sd_bus_message_read(message, "s", &interface) < 0 || std::strcmp(interface, kSession) != 0) return;
    if (sd_bus_message_enter_container(message, 'a', "{sv}") < 0) return;
    while (sd_bus_message_enter_container(message, 'e', "sv") > 0) {
      const char* name = nullptr;
      if (sd_bus_message_read(message, "s", &name) < 0) return;
      int locked = 0;
      if (std::strcmp(name, "LockedHint") == 0) {
        if (sd_bus_message_read(message, "v", "b", &locked) >= 0) setLocked(locked != 0);
        return;
      }
      sd_bus_message_skip(message, "v");
      sd_bus_message_exit_container(message);
    }
    sd_bus_message_exit_container(message);
    const char* name = nullptr;
    if (sd_bus_message_enter_container(message, 'a', "s") < 0) return;
    while (sd_bus_message_read(message, "s", &name) > 0)
      if (std::strcmp(name, "LockedHint") == 0) return askForHint();
  }

  Bus bus_;
  Slot matches_[4];  // before the bus goes
  std::string session_;
  bool asked_ = false, locked_ = false, asleep_ = false;
  std::optional<MonoTime> answersDue_, believedUntil_;
  std::optional<Error> trouble_;
  MonoTime now_;                          // of the drain
  std::vector<Event>* events_ = nullptr;  // of the drain
};

LogindSource::LogindSource(std::string address) : address_(std::move(address)) {}
LogindSource::~LogindSource() = default;

Expected<void> LogindSource::start() {
  sd_bus* opened = nullptr;
  int result = 0;
  if (address_.empty()) {
    result = sd_bus_open_system(&opened);
  } else {
    result = sd_bus_new(&opened);
    if (result >= 0) result = sd_bus_set_address(opened, address_.c_str());
    if (result >= 0) result = sd_bus_set_bus_client(opened, 1);
    if (result >= 0) result = sd_bus_start(opened);
  }
  Bus bus(opened);
  if (result < 0) return tl::unexpected(noBus(result));
  auto connection = std::make_unique<Connection>(std::move(bus));
  if (!connection->subscribe()) return failure("the system bus takes no requests", "logind");
  connection_ = std::move(connection);
  return {};
}

int LogindSource::fd() const { return connection_ ? connection_->fd() : -1; }

std::optional<MonoTime> LogindSource::deadline() const {
  return connection_ ? connection_->deadline() : std::nullopt;
}

Expected<void> LogindSource::drain(MonoTime now, std::vector<Event>& events) {
  assert(connection_ && "drain() needs a started source");
  auto drained = connection_->drain(now, events);
  if (!drained) connection_.reset();
  return drained;
}

}  // namespace dwell::monitor
