/*
 * MAC and address of one interface: the one named by LINKKIT_IFNAME, else that of the default
 * route, else the first that is up and not the loopback.
 */
#define _DEFAULT_SOURCE

#include "dev_bind_wrapper.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int default_route(char name[IF_NAMESIZE])
{
    char line[256], interface[IF_NAMESIZE];
    unsigned long destination;
    FILE *routes = fopen("/proc/net/route", "r");
    int found = 0;

    while (routes != NULL && !found && fgets(line, sizeof(line), routes) != NULL) {
        if (sscanf(line, "%15s %lx", interface, &destination) == 2 && destination == 0) {
            memcpy(name, interface, sizeof(interface));
            found = 1;
        }
    }
    if (routes != NULL) {
        fclose(routes);
    }
    return found;
}

static int is_usable(const struct ifaddrs *candidate)
{
    return candidate->ifa_addr != NULL && candidate->ifa_addr->sa_family == AF_INET &&
           (candidate->ifa_flags & IFF_UP) != 0 && (candidate->ifa_flags & IFF_LOOPBACK) == 0;
}

static int first_interface(char name[IF_NAMESIZE])
{
    struct ifaddrs *all, *candidate;
    int found = 0;

    if (getifaddrs(&all) != 0) {
        return 0;
    }
    for (candidate = all; candidate != NULL && !found; candidate = candidate->ifa_next) {
        if (is_usable(candidate)) {
            snprintf(name, IF_NAMESIZE, "%s", candidate->ifa_name);
            found = 1;
        }
    }
    freeifaddrs(all);
    return found;
}

static int interface_name(char name[IF_NAMESIZE], const char *wanted)
{
    if (wanted == NULL || wanted[0] == '\0') {
        wanted = getenv("LINKKIT_IFNAME");
    }
    if (wanted != NULL && wanted[0] != '\0') {
        snprintf(name, IF_NAMESIZE, "%s", wanted);
        return 1;
    }
    return default_route(name) || first_interface(name);
}

/* Asks the kernel about an interface; 0 when it knows. */
static int ask(unsigned long question, const char *ifname, struct ifreq *answer)
{
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    int status = -1;

    memset(answer, 0, sizeof(*answer));
    if (fd >= 0 && interface_name(answer->ifr_name, ifname)) {
        status = ioctl(fd, question, answer);
    }
    if (fd >= 0) {
        close(fd);
    }
    return status;
}

char *HAL_Wifi_Get_Mac(char mac_str[HAL_MAC_LEN])
{
    struct ifreq answer;
    const unsigned char *mac = (const unsigned char *)answer.ifr_hwaddr.sa_data;

    memset(mac_str, 0, HAL_MAC_LEN);
    if (ask(SIOCGIFHWADDR, NULL, &answer) == 0) {
        snprintf(mac_str, HAL_MAC_LEN, "%02X:%02X:%02X:%02X:%02X:%02X", mac[0], mac[1], mac[2],
                 mac[3], mac[4], mac[5]);
    }
    return mac_str;
}

uint32_t HAL_Wifi_Get_IP(char ip_str[NETWORK_ADDR_LEN], const char *ifname)
{
    struct ifreq answer;
    struct sockaddr_in address;

    if (ask(SIOCGIFADDR, ifname, &answer) != 0) {
        return (uint32_t)-1;
    }
    memcpy(&address, &answer.ifr_addr, sizeof(address));
    inet_ntop(AF_INET, &address.sin_addr, ip_str, NETWORK_ADDR_LEN);
    return address.sin_addr.s_addr;
}
