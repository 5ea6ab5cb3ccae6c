#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

#include "tests/support/temp_dir.h"

namespace dwell::tests {

/// A real dbus-daemon of its own, ended with the object.
class PrivateBus {
 public:
  PrivateBus() {
    int said[2];
    if (pipe(said) != 0) throw std::runtime_error("pipe");
    const std::string listen = "--address=unix:path=" + (folder_.path() / "bus").string();
    process_ = fork();
    if (process_ == 0) {
      dup2(said[1], 9);
      const int quiet = open("/dev/null", O_WRONLY);
      dup2(quiet, STDERR_FILENO);
      execlp("dbus-daemon", "dbus-daemon", "--session", "--nofork", "--nosyslog", "--nopidfile",
             listen.c_str(), "--print-address=9", nullptr);
      _exit(127);
    }
    close(said[1]);
    char letter = 0;
    while (read(said[0], &letter, 1) == 1 && letter != '\n') address_ += letter;
    close(said[0]);
    if (address_.empty()) throw std::runtime_error("dbus-daemon did not start (package dbus-daemon)");
  }
  ~PrivateBus() { stop(); }
  PrivateBus(const PrivateBus&) = delete;
  PrivateBus& operator=(const PrivateBus&) = delete;

  void stop() {
    if (process_ <= 0) return;
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  const std::string& address() const { return address_; }

 private:
  TempDir folder_;
  pid_t process_ = 0;
  std::string address_;
};

/// logind, as far as one user with one session meets it. Answers while turn() is called.
class FakeLogind {
 public:
  explicit FakeLogind(const std::string& address) {
    check(sd_bus_new(&bus_));
    check(sd_bus_set_address(bus_, address.c_str()));
    check(sd_bus_set_bus_client(bus_, 1));
    check(sd_bus_start(bus_));
    static const sd_bus_vtable kUser[] = {
        SD_BUS_VTABLE_START(0), SD_BUS_PROPERTY("Display", "(so)", display, 0, 0), SD_BUS_VTABLE_END};
    static const sd_bus_vtable kSession[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_PROPERTY("IdleHint", "b", notIdle, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE),
        SD_BUS_PROPERTY("LockedHint", "b", hint, 0, SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE), SD_BUS_VTABLE_END};
    check(sd_bus_add_object_vtable(bus_, nullptr, "/org/freedesktop/login1/user/self",
                                   "org.freedesktop.login1.User", kUser, this));
    for (const char* path : {kFirst, kSecond})
      check(sd_bus_add_object_vtable(bus_, nullptr, path, "org.freedesktop.login1.Session", kSession, this));
    check(sd_bus_request_name(bus_, "org.freedesktop.login1", 0));
  }
  ~FakeLogind() { sd_bus_flush_close_unref(bus_); }
  FakeLogind(const FakeLogind&) = delete;
  FakeLogind& operator=(const FakeLogind&) = delete;

  static constexpr const char* kFirst = "/org/freedesktop/login1/session/_31";
  static constexpr const char* kSecond = "/org/freedesktop/login1/session/_32";

  int fd() const { return sd_bus_get_fd(bus_); }

  /// Handles what has come.
  void turn() {
    while (sd_bus_process(bus_, nullptr) > 0) {
    }
  }

  void setSession(const char* path) {
    session_ = path;
    managerSays("SessionNew", "so", "x", path);
  }
  void prepareForSleep(bool asleep) { managerSays("PrepareForSleep", "b", static_cast<int>(asleep)); }
  void sessionSays(const char* path, const char* member) {
    check(sd_bus_emit_signal(bus_, path, "org.freedesktop.login1.Session", member, ""));
    check(sd_bus_flush(bus_));
  }
  void setHint(bool locked, const char* path = kFirst) {
    hint_ = locked;
    check(sd_bus_emit_properties_changed(bus_, path, "org.freedesktop.login1.Session", "IdleHint",
                                         "LockedHint", nullptr));
    check(sd_bus_flush(bus_));
  }
  /// As services do that leave the value out.
  void setHintWithoutSayingIt(bool locked) {
    hint_ = locked;
    check(sd_bus_emit_signal(bus_, kFirst, "org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as",
                             "org.freedesktop.login1.Session", 0, 1, "LockedHint"));
    check(sd_bus_flush(bus_));
  }

 private:
  template <class... Values>
  void managerSays(const char* member, const char* types, Values... values) {
    check(sd_bus_emit_signal(bus_, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", member, types,
                             values...));
    check(sd_bus_flush(bus_));
  }
  static void check(int result) {
    if (result < 0) throw std::runtime_error("the fake logind: error " + std::to_string(-result));
  }
  static int display(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void* self,
                     sd_bus_error*) {
    return sd_bus_message_append(reply, "(so)", "x", static_cast<FakeLogind*>(self)->session_);
  }
  static int hint(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void* self,
                  sd_bus_error*) {
    return sd_bus_message_append(reply, "b", static_cast<int>(static_cast<FakeLogind*>(self)->hint_));
  }
  static int notIdle(sd_bus*, const char*, const char*, const char*, sd_bus_message* reply, void*,
                     sd_bus_error*) {
    return sd_bus_message_append(reply, "b", 0);
  }

  sd_bus* bus_ = nullptr;
  const char* session_ = kFirst;
  bool hint_ = false;
};

}  // namespace dwell::tests
