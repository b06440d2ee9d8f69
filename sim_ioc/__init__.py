"""A virtual beamline that EPICS clients cannot tell from hardware, served on loopback only."""

from sim_ioc.process import IocProcess

__all__ = ["IocProcess"]
