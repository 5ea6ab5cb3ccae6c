#include "app/agent/run.h"

int main(int argc, char** argv) { return dwell::app::runAgent(argc, argv, nullptr); }
